import type { CaseMoveRead, CustomerRead } from "@/api/generated";
import type { PageAction } from "@/shared/manifest";

/** A case is reached through its customer, who carries its state and what may be done with it. */
export type CaseCustomer = CustomerRead;
export type HistoryEntry = CaseMoveRead;

export const caseActions = ["submit", "approve", "reject", "return", "reopen"] as const;
export type CaseAction = (typeof caseActions)[number];

export const actionTones: Record<CaseAction, PageAction["tone"]> = {
  submit: "primary",
  approve: "success",
  reject: "danger",
  return: "warning",
  reopen: "neutral",
};

/** The moves the person may make now, in the order they are offered. */
export function offeredActions(can: readonly string[]): CaseAction[] {
  return caseActions.filter((action) => can.includes(action));
}

/** With these the clerk has nothing to submit. */
const decided: ReadonlySet<string> = new Set(["reviewing", "approved", "rejected"]);

/** How many required documents a person who collects them still has to add before submitting; 0 when nothing waits for them. */
export function documentsToSubmit(customer: Pick<CaseCustomer, "can" | "progress" | "status"> | undefined): number {
  if (!customer?.can.includes("upload") || customer.can.includes("submit") || decided.has(customer.status)) return 0;
  return Math.max(0, customer.progress.required - customer.progress.uploaded);
}
