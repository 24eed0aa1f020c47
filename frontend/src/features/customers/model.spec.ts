import { describe, expect, it } from "vitest";

import { differences } from "./conflict";
import { fieldSections, formFields } from "./fields";
import {
  blankCustomer,
  foreignFields,
  kinds,
  toCreateBody,
  toUpdateBody,
  toValues,
  withoutSecrets,
  type Customer,
  type CustomerKind,
  type CustomerValues,
} from "./model";
import { customerSchema } from "./schema";
import { aCustomer } from "./testing";

function values(change: Partial<CustomerValues>): CustomerValues {
  return { ...blankCustomer, name: "张伟", ...change };
}

describe("bodies", () => {
  it("sends a person's fields only for a person, blanks as null", () => {
    const body = toCreateBody(values({ unified_social_credit_code: "91350100M000100Y43", phone: " 13800138000 " }));
    expect(body).toMatchObject({ kind: "person", name: "张伟", phone: "13800138000", email: null });
    expect(body).not.toHaveProperty("unified_social_credit_code");
  });

  it("sends a company's fields only for a company", () => {
    const body = toCreateBody(values({ kind: "company", id_number: "11010519491231002X", registered_capital: "5.00" }));
    expect(body).toMatchObject({ kind: "company", registered_capital: "5.00" });
    expect(body).not.toHaveProperty("id_number");
  });

  it("leaves an untouched secret out of an update, and never sends the kind", () => {
    const body = toUpdateBody(values({}), new Set());
    expect(body).not.toHaveProperty("id_number");
    expect(body).not.toHaveProperty("bank_account");
    expect(body).not.toHaveProperty("kind");
  });

  it("clears a secret only when asked to, and a new value wins over the clearing", () => {
    expect(toUpdateBody(values({}), new Set(["bank_account"]))).toMatchObject({ bank_account: null });
    expect(toUpdateBody(values({ bank_account: "622202100112345" }), new Set(["bank_account"]))).toMatchObject({
      bank_account: "622202100112345",
    });
  });
});

it("starts a form without the masked values the server shows", () => {
  const customer: Customer = aCustomer({ id_number: "110105********002X", bank_account: "**** 1234" });
  expect(toValues(customer)).toMatchObject({ id_number: "", bank_account: "", name: customer.name, manager_id: null });
});

it("keeps no secret, and nothing told by one, in a draft", () => {
  const draft = withoutSecrets(
    values({ id_number: "11010519491231002X", bank_account: "622202100112345", birth_date: "1949-12-31", sex: "female" }),
  );
  expect(draft).toMatchObject({ id_number: "", bank_account: "", birth_date: "", sex: null, name: "张伟" });
});

describe("differences of a conflict", () => {
  const base = values({ address: "旧", email: "old@kehui.cn" });

  it("names a field both have changed as contested", () => {
    expect(differences(base, { ...base, address: "我的" }, { ...base, address: "对方" })).toEqual([
      { field: "address", mine: "我的", theirs: "对方", contested: true },
    ]);
  });

  it("names a field only the other has changed", () => {
    expect(differences(base, base, { ...base, email: "new@kehui.cn" })).toEqual([
      { field: "email", mine: "old@kehui.cn", theirs: "new@kehui.cn", contested: false },
    ]);
  });

  it("leaves alone what only I have changed and what both have changed alike", () => {
    const same = { ...base, address: "同" };
    expect(differences(base, { ...same, remark: "我的" }, same)).toEqual([]);
  });
});

it("has a form field for every value of any kind, and none for what a kind lacks", () => {
  const shown = (kind: CustomerKind) =>
    fieldSections(kind).flatMap((section) => section.fields.map((field) => field.name));
  const all = new Set([...shown("person"), ...shown("company"), "kind"]);
  expect([...all].sort()).toEqual(Object.keys(blankCustomer).sort());
  for (const kind of kinds) {
    expect([...shown(kind), ...foreignFields(kind), "kind"].sort()).toEqual(Object.keys(blankCustomer).sort());
  }
});

describe("schema", () => {
  const issues = (change: Partial<CustomerValues>) => {
    const parsed = customerSchema.safeParse(values(change));
    return parsed.success ? {} : Object.fromEntries(parsed.error.issues.map((issue) => [issue.path[0], issue.message]));
  };

  it("takes a name alone", () => {
    expect(issues({})).toEqual({});
  });

  it.each([
    [{ name: "  " }, "name", "field_errors.missing"],
    [{ id_number: "123" }, "id_number", "field_errors.id_number.length"],
    [{ unified_social_credit_code: "1" }, "unified_social_credit_code", "field_errors.credit_code.length"],
    [{ phone: "123" }, "phone", "field_errors.phone.invalid"],
    [{ fax: "1" }, "fax", "field_errors.landline.invalid"],
    [{ email: "a@b" }, "email", "field_errors.email.invalid"],
    [{ registered_capital: "1.234" }, "registered_capital", "field_errors.money.invalid"],
    [{ remark: "长".repeat(1001) }, "remark", "field_errors.string_too_long"],
  ] as [Partial<CustomerValues>, string, string][])("refuses %o", (change, field, message) => {
    expect(issues(change)).toEqual({ [field]: message });
  });
});

it.each(kinds)("shows a %s's name, number, phone and manager first and every other field once behind them", (kind) => {
  const { first, more } = formFields(kind);
  const names = [...first, ...more.flatMap(({ fields }) => fields)].map(({ name }) => name);
  expect(first.map(({ name }) => name)).toEqual(expect.arrayContaining(["name", "phone", "manager_id"]));
  expect(first.length).toBeLessThanOrEqual(5);
  expect([...names].sort()).toEqual(fieldSections(kind).flatMap(({ fields }) => fields.map(({ name }) => name)).sort());
});
