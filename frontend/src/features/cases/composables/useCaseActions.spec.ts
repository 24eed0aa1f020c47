import { QueryClient, VueQueryPlugin } from "@tanstack/vue-query";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { ref } from "vue";

import { ApiError } from "@/api/problem";
import { customerKeys } from "@/features/customers/api";
import { aCustomer } from "@/features/customers/testing";
import { provideNotifier } from "@/shared/notify";
import { inSetup } from "@/shared/testing/setup-host";

import * as api from "../api";
import type { CaseCustomer, Refusal } from "../model";
import { useCaseActions } from "./useCaseActions";

const show = vi.fn();

function open(customer: CaseCustomer, refused: Refusal[] = []) {
  const queryClient = new QueryClient();
  const invalidate = vi.spyOn(queryClient, "invalidateQueries");
  const { result } = inSetup(() => useCaseActions(ref(customer), (code) => `<${code}>`, refused), {
    plugins: [{ install: (app) => VueQueryPlugin.install?.(app, { queryClient }) }],
  });
  return { cases: result, invalidate };
}

beforeEach(() => {
  show.mockReset();
  provideNotifier({ show, confirm: () => Promise.resolve(true) });
});

describe("moving a case", () => {
  it("offers only what the server allows", () => {
    expect(open(aCustomer({ can: ["edit", "submit"] })).cases.offered.value.map(({ name }) => name)).toEqual(["submit"]);
    expect(open(aCustomer({ can: [] })).cases.offered.value).toEqual([]);
  });

  it("shows submitting before it is possible, and says what it waits for", () => {
    const { cases } = open(aCustomer({ can: ["edit", "upload"] }));
    expect(cases.offered.value).toMatchObject([{ name: "submit", blocked: expect.stringContaining("to_submit") as string }]);
    cases.offered.value[0]?.run();
    expect(cases.action.value).toBeNull();
    expect(show).toHaveBeenCalledWith("info", expect.any(String));
  });

  it.each(["reject", "return", "reopen"] as const)("asks for a reason to %s", async (action) => {
    const move = vi.spyOn(api, "moveCase").mockResolvedValue(aCustomer());
    const { cases } = open(aCustomer());
    cases.start(action);
    cases.values.reason = "  ";
    await cases.submit();
    expect(move).not.toHaveBeenCalled();
    expect(Object.keys(cases.errors.value)).toEqual(["reason"]);
    cases.values.reason = " 不清楚 ";
    await cases.submit();
    expect(move).toHaveBeenCalledWith(aCustomer().id, expect.objectContaining({ action, reason: "不清楚" }));
    expect(cases.action.value).toBeNull();
  });

  it("offers to approve once everything is accepted, and says before what is not", () => {
    const under = (accepted: number) =>
      aCustomer({
        status: "reviewing",
        can: ["approve"],
        progress: { required: 5, uploaded: 5, accepted, uploaded_pct: 100, accepted_pct: accepted * 20 },
      });
    const early = open(under(4)).cases;
    expect(early.offered.value).toMatchObject([{ name: "approve", blocked: expect.stringContaining("to_approve") as string }]);
    early.offered.value[0]?.run();
    expect(early.action.value).toBeNull();
    const { cases } = open(under(5));
    expect(cases.offered.value[0]?.blocked).toBeUndefined();
    cases.offered.value[0]?.run();
    expect(cases.action.value).toBe("approve");
  });

  it("begins a return with what was refused, and sends a reason for each", async () => {
    const move = vi.spyOn(api, "moveCase").mockResolvedValue(aCustomer());
    const { cases } = open(aCustomer(), [{ code: "id_card_front", reason: "模糊不清" }]);
    cases.start("return");
    expect(cases.values).toMatchObject({ document_types: ["id_card_front"], reasons: { id_card_front: "模糊不清" } });
    expect(cases.values.reason).not.toBe("");
    cases.values.document_types.push("other");
    await cases.submit();
    expect(move.mock.calls.at(-1)?.[1].items).toEqual([
      { document_type: "id_card_front", reason: "模糊不清" },
      { document_type: "other", reason: null },
    ]);
  });

  it("submits and approves without one", async () => {
    const move = vi.spyOn(api, "moveCase").mockResolvedValue(aCustomer());
    const { cases } = open(aCustomer());
    cases.start("approve");
    await cases.submit();
    expect(move).toHaveBeenCalledTimes(1);
  });

  it("says which documents are not accepted yet and keeps the dialog open", async () => {
    vi.spyOn(api, "moveCase").mockRejectedValue(
      new ApiError("problem", 409, { code: "case.not_all_accepted", document_types: ["id_card_front", "other"] }),
    );
    const { cases } = open(aCustomer());
    cases.start("approve");
    await cases.submit();
    expect(cases.failure.value).toContain("cases.not_all_accepted");
    expect(cases.action.value).toBe("approve");
  });

  it("closes and refetches when somebody else has moved it first", async () => {
    vi.spyOn(api, "moveCase").mockRejectedValue(new ApiError("problem", 409, { code: "case.illegal_move" }));
    const { cases, invalidate } = open(aCustomer());
    cases.start("submit");
    await cases.submit();
    expect(cases.action.value).toBeNull();
    expect(show).toHaveBeenCalledWith("warning", expect.any(String));
    expect(invalidate).toHaveBeenCalledWith({ queryKey: customerKeys.detail(aCustomer().id) });
  });
});
