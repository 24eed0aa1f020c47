import { flushPromises } from "@vue/test-utils";
import { beforeEach, expect, it, vi } from "vitest";
import { nextTick, ref } from "vue";

import {
  approveCurrentCase,
  listCases,
  listDictionaries,
  returnCurrentCase,
  type CompletenessItem,
  type CompletenessRead,
  type ItemState,
} from "@/api/generated";
import { aCustomer } from "@/features/customers/testing";
import type { Verdict } from "@/features/documents/model";
import { i18n } from "@/shared/i18n";
import { notify } from "@/shared/notify";
import { runInApp } from "@/shared/testing/run-in-app";

import { useCaseDecision } from "./useCaseDecision";

vi.mock("@/api/generated", { spy: true });

const customer = aCustomer({ id: "c1", status: "reviewing", can: ["approve", "return"] });

/** A required type with one document that is judged as the state says; refused ones are blurred. */
function item(name: string, state: ItemState): CompletenessItem {
  const review_status = { uploaded: "pending", accepted: "accepted", rejected: "rejected", missing: "pending" }[state];
  const document = { id: name, document_type: name, review_status, reason_code: "blurred", message: "看不清" };
  const documents = state === "missing" ? [] : [document];
  return { type: { code: name, name }, required: true, state, documents } as unknown as CompletenessItem;
}

const completeness = ref<CompletenessRead>();

async function decide(...items: CompletenessItem[]) {
  completeness.value = { items } as unknown as CompletenessRead;
  const documents = items.flatMap((one) => one.documents);
  const verdicts = documents.map((document): Verdict => ({ document, title: document.document_type, differences: [] }));
  const found = await runInApp(() =>
    useCaseDecision({ customer, completeness: () => completeness.value as CompletenessRead, verdicts }),
  );
  await flushPromises();
  return found.result;
}

/** Messages with values are compiled at build time; a test hands in the compiled form. */
interface Context {
  named: (key: string) => unknown;
}

beforeEach(() => {
  i18n.global.setLocaleMessage("zh-CN", {
    cases: {
      decision: {
        because: ({ named }: Context) => `${named("reason")}（${named("message")}）`,
        draft: ({ named }: Context) => `${named("name")}：${named("why")}`,
        not_supplied: () => "尚未提供",
        not_yet: ({ named }: Context) => `还不能批准：${named("names")}`,
      },
    },
  });
  vi.spyOn(notify, "success").mockReturnValue();
  const entries = [{ code: "blurred", label_zh: "模糊不清", label_en: "Blurred", is_active: true }];
  vi.mocked(listDictionaries).mockReset().mockResolvedValue({ data: { items: [{ code: "reject_reason", entries }] } } as never);
  vi.mocked(listCases).mockReset().mockResolvedValue({ data: { items: [] } } as never);
  vi.mocked(approveCurrentCase).mockReset().mockResolvedValue({ data: { ...customer, status: "approved", can: [] } } as never);
  vi.mocked(returnCurrentCase).mockReset().mockResolvedValue({ data: { ...customer, status: "returned", can: [] } } as never);
});

it("approves when everything required is accepted, and looks for the case that has waited longest", async () => {
  const waiting = [{ customer: { id: "c1" } }, { customer: { id: "c2", name: "李娜" } }];
  vi.mocked(listCases).mockResolvedValue({ data: { items: waiting } } as never);
  const decision = await decide(item("身份证", "accepted"), item("流水", "accepted"));
  expect([decision.approvable.value, decision.obstacle.value]).toEqual([true, ""]);

  decision.values.comment = " 核对一致 ";
  decision.approve();
  await flushPromises();

  expect(vi.mocked(approveCurrentCase).mock.calls[0]?.[0]).toMatchObject({ body: { comment: "核对一致" } });
  expect(decision.done.value).toBe("approve");
  expect(vi.mocked(listCases).mock.calls[0]?.[0]?.query).toMatchObject({ status: ["reviewing"], sort: ["submitted_at"] });
  expect(decision.next.value?.customer.name).toBe("李娜");
});

it("says what is missing instead of approving", async () => {
  const decision = await decide(item("身份证", "accepted"), item("流水", "uploaded"), item("征信", "rejected"));
  decision.approve();
  await flushPromises();
  expect(approveCurrentCase).not.toHaveBeenCalled();
  expect(decision.obstacle.value).toContain("流水、征信");
  expect(decision.waiting.value.map(({ title }) => title)).toEqual(["流水"]);
});

it("drafts the return from the refusals and asks for each type with its own reason", async () => {
  const decision = await decide(item("身份证", "rejected"), item("流水", "accepted"), item("征信", "missing"));
  expect(decision.values.reason).toBe("身份证：模糊不清（看不清）；征信：尚未提供");
  expect(decision.values.types).toEqual(["身份证", "征信"]);

  decision.values.types = ["身份证"];
  decision.giveBack();
  await flushPromises();

  expect(vi.mocked(returnCurrentCase).mock.calls[0]?.[0].body).toEqual({
    reason: "身份证：模糊不清（看不清）；征信：尚未提供",
    items: [{ document_type: "身份证", reason: "模糊不清（看不清）" }],
  });
  expect(decision.done.value).toBe("return");
});

it("keeps what was written when another refusal comes", async () => {
  const decision = await decide(item("身份证", "rejected"), item("流水", "accepted"));
  decision.values.reason = "请尽快补齐";
  completeness.value = { items: [item("身份证", "rejected"), item("流水", "rejected")] } as unknown as CompletenessRead;
  await nextTick();
  expect(decision.values.reason).toBe("请尽快补齐");
  expect(decision.values.types).toEqual(["身份证", "流水"]);
});

it("wants a reason for a return", async () => {
  const decision = await decide(item("身份证", "rejected"));
  decision.values.reason = " ";
  decision.giveBack();
  await flushPromises();
  expect(returnCurrentCase).not.toHaveBeenCalled();
  expect(Object.keys(decision.errors.value)).toEqual(["reason"]);
});
