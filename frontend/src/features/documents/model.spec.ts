import { describe, expect, it } from "vitest";

import {
  askedDates,
  guessType,
  hintOf,
  namePasted,
  neighbourPage,
  nextToReview,
  pickerAccept,
  reordered,
  slotGroups,
  typeName,
  whatCame,
  type ChecklistItem,
  type DocumentType,
} from "./model";
import { sampleItem } from "./testing/samples";

const item = (code: string, required: boolean, parts: Partial<ChecklistItem> = {}) => sampleItem(code, { required, ...parts });

describe("slotGroups", () => {
  it("puts what this case needs first, in the order of the sets", () => {
    const groups = slotGroups([item("other", false), item("b", true), item("deed", false, { groups: ["住所"] }), item("a", true)]);
    expect(groups.required.map((one) => one.type.code)).toEqual(["b", "deed", "a"]);
    expect(groups.optional.map((one) => one.type.code)).toEqual(["other"]);
  });
});

it("keeps counting what has come in when it is refused, and counts refusals beside it", () => {
  const items = [
    item("a", true, { state: "rejected" }),
    item("b", true, { state: "accepted" }),
    item("c", true),
    item("d", false, { state: "rejected" }),
  ];
  expect(whatCame(items)).toEqual({ received: 2, refused: 1 });
});

it("says a hint in the language of the page, and in Chinese when there is no other", () => {
  const both = { hint_zh: "四角完整", hint_en: "All corners" };
  expect([hintOf(both, "en"), hintOf(both, "zh-CN")]).toEqual(["All corners", "四角完整"]);
  expect(hintOf({ hint_zh: "四角完整", hint_en: null }, "en")).toBe("四角完整");
});

describe("typeName", () => {
  it("follows the language and falls back to Chinese", () => {
    expect(typeName({ name: "身份证", name_en: "ID card" }, "en")).toBe("ID card");
    expect(typeName({ name: "其他", name_en: "" }, "en")).toBe("其他");
    expect(typeName({ name: "身份证", name_en: "ID card" }, "zh-CN")).toBe("身份证");
  });
});

it("asks for the days that an item goes by, and for no others", () => {
  expect(askedDates(sampleItem("other"))).toEqual([]);
  expect(askedDates(sampleItem("policy", { asks_expiry: true, max_age_days: 30 }))).toEqual(["issued_on", "expires_on"]);
  expect(askedDates(sampleItem("statement", { covers_months: 6 }))).toEqual(["covers_from", "covers_to"]);
});

it("offers a picker for exactly the kinds that a type takes", () => {
  expect(pickerAccept(["image", "pdf"])).toBe("image/*,.heic,.heif,application/pdf,.pdf");
  expect(pickerAccept(["pdf"])).toBe("application/pdf,.pdf");
});

describe("guessType", () => {
  const codes = ["id_card_front", "id_card_back", "bank_statement", "income_proof", "credit_report", "other"];
  it.each([
    ["张三身份证正面.jpg", "id_card_front"],
    ["张三身份证-国徽面.jpg", "id_card_back"],
    ["ID card back.png", "id_card_back"],
    ["招商银行流水2026.pdf", "bank_statement"],
    ["个人征信.pdf", "credit_report"],
    ["工资证明.pdf", "income_proof"],
    ["IMG_2041.jpg", null],
    ["房产证.jpg", null],
  ])("%s → %s", (filename, code) => {
    expect(guessType(filename, codes)).toBe(code);
  });
});

describe("namePasted", () => {
  const now = new Date(2026, 10, 21, 9, 5, 7);

  it("tells one screenshot from the next", () => {
    expect(namePasted(new File(["x"], "image.png", { type: "image/png" }), "截图", now).name).toBe(
      "截图-20261121-090507.png",
    );
  });

  it("leaves a copied file its name", () => {
    expect(namePasted(new File(["x"], "流水.png"), "截图", now).name).toBe("流水.png");
  });
});

describe("neighbourPage", () => {
  const documents = [
    { id: "a", page_count: 1 },
    { id: "b", page_count: 3 },
  ];

  it.each([
    ["a", 1, 1, { documentId: "b", page: 1 }],
    ["b", 1, 1, { documentId: "b", page: 2 }],
    ["b", 3, 1, null],
    ["b", 1, -1, { documentId: "a", page: 1 }],
    ["b", 3, -1, { documentId: "b", page: 2 }],
    ["a", 1, -1, null],
    ["gone", 1, 1, null],
  ] as const)("from %s page %d by %d", (documentId, page, step, expected) => {
    expect(neighbourPage(documents, { documentId, page }, step)).toEqual(expected);
  });

  it("enters the document before at its last page", () => {
    expect(neighbourPage([...documents].reverse(), { documentId: "a", page: 1 }, -1)).toEqual({ documentId: "b", page: 3 });
  });
});

describe("nextToReview", () => {
  const waiting = (id: string) => ({ id, review_status: "pending" as const, can: ["accept" as const, "reject" as const] });
  const own = (id: string) => ({ id, review_status: "pending" as const, can: ["delete" as const] });
  const decided = (id: string) => ({ id, review_status: "accepted" as const, can: ["reject" as const] });

  it("goes onwards, then round to what was skipped", () => {
    expect(nextToReview([waiting("a"), decided("b"), waiting("c")], "b")?.id).toBe("c");
    expect(nextToReview([waiting("a"), decided("b"), decided("c")], "b")?.id).toBe("a");
  });

  it("passes over what this person may not decide, and ends when nothing waits", () => {
    expect(nextToReview([decided("a"), own("b")], "a")).toBeNull();
    expect(nextToReview([waiting("a")], "a")).toBeNull();
  });
});

describe("reordered", () => {
  const types = [
    { code: "a", sort_order: 10 },
    { code: "b", sort_order: 20 },
    { code: "c", sort_order: 30 },
  ] as DocumentType[];
  const shown = (moved: DocumentType[]) => moved.map((type) => `${type.code}=${type.sort_order}`);

  it("exchanges two neighbours and leaves the others alone", () => {
    expect(shown(reordered(types, "b", 1))).toEqual(["c=20", "b=30"]);
    expect(shown(reordered(types, "b", -1))).toEqual(["b=10", "a=20"]);
  });

  it("stops at the ends", () => {
    expect(reordered(types, "a", -1)).toEqual([]);
    expect(reordered(types, "c", 1)).toEqual([]);
  });

  it("parts types that share a number", () => {
    const tied = [
      { code: "a", sort_order: 10 },
      { code: "b", sort_order: 10 },
    ] as DocumentType[];
    expect(shown(reordered(tied, "a", 1))).toEqual(["a=20"]);
  });
});
