import { expect, it } from "vitest";

import { aCustomer } from "@/features/customers/testing";
import type { ChecklistItem } from "@/features/documents/model";

import { documentsToApprove, documentsToSubmit, folded, offeredActions, parseAmount, refusals, type HistoryEntry } from "./model";

it("offers the moves the server allows, in a fixed order, and nothing else", () => {
  expect(offeredActions(["return", "edit", "approve"])).toEqual(["approve", "return"]);
});

it("counts what is still missing for submitting, for those who collect it, until it can be done", () => {
  const progress = { required: 5, uploaded: 3, accepted: 0, uploaded_pct: 60, accepted_pct: 0 };
  expect(documentsToSubmit(aCustomer({ can: ["edit", "upload"], progress }))).toBe(2);
  expect(documentsToSubmit(aCustomer({ can: ["upload", "submit"], progress }))).toBe(0);
  expect(documentsToSubmit(aCustomer({ can: ["edit"], progress }))).toBe(0);
  expect(documentsToSubmit(aCustomer({ can: ["upload"], status: "reviewing", progress }))).toBe(0);
});

it("counts what keeps a case under review from being approved", () => {
  const progress = { required: 5, uploaded: 5, accepted: 3, uploaded_pct: 100, accepted_pct: 60 };
  expect(documentsToApprove(aCustomer({ status: "reviewing", progress }))).toBe(2);
  expect(documentsToApprove(aCustomer({ status: "complete", progress }))).toBe(0);
});

it("drafts a return from what was refused, in the order of the checklist, with the reasons of each", () => {
  const refused = (reason_code: string, message: string | null) =>
    ({ review_status: "rejected", reason_code, message }) as const;
  const items = [
    { type: { code: "a" }, state: "accepted", documents: [refused("blurred", null)] },
    { type: { code: "b" }, state: "rejected", documents: [refused("blurred", "反光"), refused("other", "缺页")] },
    { type: { code: "c" }, state: "rejected", documents: [refused("blurred", null), refused("blurred", null)] },
  ] as unknown as ChecklistItem[];
  expect(refusals(items, (code) => `<${code}>`)).toEqual([
    { code: "b", reason: "<blurred>：反光；缺页" },
    { code: "c", reason: "<blurred>" },
  ]);
});

it("reads an amount as people type it", () => {
  expect([" ", "300,000", "¥0.01", "999999999999.99"].map(parseAmount)).toEqual([null, "300000", "0.01", "999999999999.99"]);
  expect(["0", "-1", "1.234", "1000000000000", "很多"].map(parseAmount)).toEqual(Array(5).fill(undefined));
});

it("folds the system's own moves between those of people", () => {
  const actions = ["submit", "completed", "uncompleted", "return", "completed"];
  const entries = actions.map((action, place) => ({ id: String(place), action })) as HistoryEntry[];
  expect(folded(entries).map((group) => [group.byItself, group.entries.map(({ id }) => id)])).toEqual([
    [false, ["0"]],
    [true, ["1", "2"]],
    [false, ["3"]],
    [true, ["4"]],
  ]);
});
