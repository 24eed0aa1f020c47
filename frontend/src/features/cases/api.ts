import { infiniteQueryOptions, queryOptions, type QueryClient } from "@tanstack/vue-query";
import { toValue, type MaybeRefOrGetter } from "vue";

import {
  approveCurrentCase,
  listCases,
  listHistory,
  rejectCurrentCase,
  reopenCurrentCase,
  returnCurrentCase,
  submitCurrentCase,
  updateCase,
  type CaseRead,
} from "@/api/generated";
import { storeCustomer } from "@/features/customers/api";

import type { Case, CaseAction, CaseCustomer, CaseTerms } from "./model";

export const caseKeys = {
  of: (customerId: string) => ["cases", "of", customerId],
  history: (customerId: string) => ["cases", "history", customerId],
} as const;

const HISTORY_LIMIT = 20;
const CASES_LIMIT = 100;

/** All cases of a customer, the newest first; one of them is the current one. */
export function casesQuery(customerId: MaybeRefOrGetter<string>) {
  return queryOptions({
    queryKey: ["cases", "of", customerId],
    queryFn: async ({ signal }) => {
      const query = { customer_id: toValue(customerId), archived: true, limit: CASES_LIMIT };
      return (await listCases({ query, signal, throwOnError: true })).data.items;
    },
  });
}

/** Changes what a case is about, unless somebody else has changed it since it was read. */
export async function putTerms({ id, version }: Case, body: CaseTerms): Promise<Case> {
  const headers = { "If-Match": `"${version}"` };
  return (await updateCase({ path: { case_id: id }, body, headers, throwOnError: true })).data;
}

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
  /** Return: types that are needed anew, each with its own reason or none. */
  items: { document_type: string; reason: string | null }[];
}

export async function moveCase(customerId: string, move: CaseMove): Promise<CaseCustomer> {
  const { action, reason, final, items } = move;
  const target = { path: { customer_id: customerId }, throwOnError: true } as const;
  switch (action) {
    case "submit":
      return (await submitCurrentCase({ ...target, body: {} })).data;
    case "approve":
      return (await approveCurrentCase({ ...target, body: { comment: reason || null } })).data;
    case "reject":
      return (await rejectCurrentCase({ ...target, body: { reason, final } })).data;
    case "return":
      return (await returnCurrentCase({ ...target, body: { reason, items } })).data;
    case "reopen":
      return (await reopenCurrentCase({ ...target, body: { reason } })).data;
  }
}

/** Shows the customer as a move has left them, and refetches what the move has written. */
export async function storeMoved(client: QueryClient, customer: CaseCustomer): Promise<void> {
  await Promise.all([
    storeCustomer(client, customer),
    client.invalidateQueries({ queryKey: caseKeys.history(customer.id) }),
    client.invalidateQueries({ queryKey: caseKeys.of(customer.id) }),
  ]);
}

/** The case that has waited longest for a decision, but for this customer's; null when none waits. */
export function nextCaseQuery(customerId: MaybeRefOrGetter<string>) {
  return queryOptions({
    queryKey: ["cases", "next", customerId],
    queryFn: async ({ signal }): Promise<CaseRead | null> => {
      const query = { status: ["reviewing" as const], sort: ["submitted_at" as const], limit: 2 };
      const { items } = (await listCases({ query, signal, throwOnError: true })).data;
      return items.find((item) => item.customer.id !== toValue(customerId)) ?? null;
    },
    staleTime: 0,
    gcTime: 0,
  });
}
