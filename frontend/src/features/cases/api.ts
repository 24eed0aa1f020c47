import { infiniteQueryOptions, type QueryClient } from "@tanstack/vue-query";
import { toValue, type MaybeRefOrGetter } from "vue";

import { approveCurrentCase, listHistory, rejectCurrentCase, reopenCurrentCase, returnCurrentCase, submitCurrentCase } from "@/api/generated";
import { storeCustomer } from "@/features/customers/api";

import type { CaseAction, CaseCustomer } from "./model";

export const caseKeys = {
  history: (customerId: string) => ["cases", "history", customerId],
} as const;

const HISTORY_LIMIT = 20;

export function historyQuery(customerId: MaybeRefOrGetter<string>) {
  return infiniteQueryOptions({
    queryKey: ["cases", "history", customerId],
    queryFn: async ({ signal, pageParam }) => {
      const query = { page: pageParam, limit: HISTORY_LIMIT };
      const path = { customer_id: toValue(customerId) };
      return (await listHistory({ path, query, signal, throwOnError: true })).data;
    },
    initialPageParam: 1,
    getNextPageParam: (last) => (last.page * last.limit < last.total ? last.page + 1 : undefined),
  });
}

export interface CaseMove {
  action: CaseAction;
  /** Why; for an approval an optional comment. */
  reason: string;
  /** Reject: the case cannot be reopened. */
  final: boolean;
  /** Return: types that are needed anew. */
  document_types: string[];
}

export async function moveCase(customerId: string, move: CaseMove): Promise<CaseCustomer> {
  const { action, reason, final, document_types } = move;
  const target = { path: { customer_id: customerId }, throwOnError: true } as const;
  switch (action) {
    case "submit":
      return (await submitCurrentCase({ ...target, body: {} })).data;
    case "approve":
      return (await approveCurrentCase({ ...target, body: { comment: reason || null } })).data;
    case "reject":
      return (await rejectCurrentCase({ ...target, body: { reason, final } })).data;
    case "return":
      return (await returnCurrentCase({ ...target, body: { reason, document_types } })).data;
    case "reopen":
      return (await reopenCurrentCase({ ...target, body: { reason } })).data;
  }
}

/** Shows the customer as a move has left them, and refetches what the move has written. */
export async function storeMoved(client: QueryClient, customer: CaseCustomer): Promise<void> {
  await Promise.all([
    storeCustomer(client, customer),
    client.invalidateQueries({ queryKey: caseKeys.history(customer.id) }),
  ]);
}
