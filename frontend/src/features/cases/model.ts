import type { CaseMoveRead, CaseRead, CaseUpdate, CustomerRead } from "@/api/generated";
import type { ChecklistItem } from "@/features/documents/model";
import type { PageAction } from "@/shared/manifest";

/** A case is reached through its customer, who carries its state and what may be done with it. */
export type CaseCustomer = CustomerRead;
export type HistoryEntry = CaseMoveRead;
export type Case = CaseRead;
export type CaseTerms = CaseUpdate;

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

/** How many required documents keep a case under review from being approved. */
export function documentsToApprove({ progress, status }: Pick<CaseCustomer, "progress" | "status">): number {
  return status === "reviewing" ? Math.max(0, progress.required - progress.accepted) : 0;
}

/** A type whose documents an auditor has refused, as a return asks for it again. */
export interface Refusal {
  code: string;
  /** In words, from the reasons given for its documents. */
  reason: string;
}

/** The types of a checklist that wait for something better, in its order. */
export function refusals(
  items: readonly Pick<ChecklistItem, "type" | "state" | "documents">[],
  label: (reasonCode: string) => string,
): Refusal[] {
  return items
    .filter(({ state }) => state === "rejected")
    .map(({ type, documents }) => {
      const reasons = documents
        .filter(({ review_status, reason_code }) => review_status === "rejected" && reason_code !== null)
        .map(({ reason_code, message }) => {
          const named = reason_code === null || reason_code === OTHER_REASON ? "" : label(reason_code);
          return [named, message].filter(Boolean).join("：");
        });
      return { code: type.code, reason: [...new Set(reasons)].join("；").slice(0, REASON_LENGTH) };
    });
}

/** The reason that is said in a sentence of its own. */
const OTHER_REASON = "other";
export const REASON_LENGTH = 500;

const AMOUNT = /^\d{1,12}(\.\d{1,2})?$/;

/** An amount as the server takes it, null for none, undefined for what is no amount. */
export function parseAmount(typed: string): string | null | undefined {
  const plain = typed.replace(/[,，\s¥￥]/g, "");
  if (plain === "") return null;
  return AMOUNT.test(plain) && Number(plain) > 0 ? plain : undefined;
}

const ITS_OWN: ReadonlySet<string> = new Set(["completed", "uncompleted"]);

/** The history with the system's own moves folded: neighbours among them stand together, people's stand alone. */
export function folded(entries: readonly HistoryEntry[]): { id: string; byItself: boolean; entries: HistoryEntry[] }[] {
  const groups: { id: string; byItself: boolean; entries: HistoryEntry[] }[] = [];
  for (const entry of entries) {
    const byItself = ITS_OWN.has(entry.action);
    const last = groups.at(-1);
    if (byItself && last?.byItself) last.entries.push(entry);
    else groups.push({ id: entry.id, byItself, entries: [entry] });
  }
  return groups;
}
