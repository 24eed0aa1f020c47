import { keepPreviousData, queryOptions, type QueryClient } from "@tanstack/vue-query";
import { toValue, type MaybeRefOrGetter } from "vue";

import {
  archiveCustomer,
  countCustomersByStatus,
  createCustomer,
  listCustomers,
  readCustomer,
  restoreCustomer,
  revealCustomerValue,
  updateCustomer,
  type CountCustomersByStatusData,
  type CustomerCreate,
  type CustomerUpdate,
  type ListCustomersData,
} from "@/api/generated";

import type { ListSource } from "@/shared/composables/usePagedList";

import type { Customer, CustomerRow, SecretField } from "./model";

export type CustomerListParameters = NonNullable<ListCustomersData["query"]>;
export type StatusCountParameters = NonNullable<CountCustomersByStatusData["query"]>;

export const customerKeys = {
  all: ["customers"],
  lists: ["customers", "list"],
  counts: ["customers", "counts"],
  details: ["customers", "detail"],
  detail: (id: string) => ["customers", "detail", id],
} as const;

export const customerSource: ListSource<CustomerListParameters, CustomerRow> = {
  key: customerKeys.lists,
  fetch: async (query, signal) => (await listCustomers({ query, signal, throwOnError: true })).data,
};

/** How many of the matching customers stand in each state; the state itself is no filter here. */
export function statusCountsQuery(parameters: MaybeRefOrGetter<StatusCountParameters>) {
  return queryOptions({
    queryKey: [...customerKeys.counts, parameters],
    queryFn: async ({ signal }) =>
      (await countCustomersByStatus({ query: toValue(parameters), signal, throwOnError: true })).data,
    placeholderData: keepPreviousData,
  });
}

export function customerQuery(id: MaybeRefOrGetter<string>) {
  return queryOptions({
    queryKey: ["customers", "detail", id],
    queryFn: async ({ signal }) =>
      (await readCustomer({ path: { customer_id: toValue(id) }, signal, throwOnError: true })).data,
  });
}

/** Puts the new state of a customer into the cache at once and refetches what depends on it. */
export async function storeCustomer(client: QueryClient, customer: Customer): Promise<void> {
  client.setQueryData(customerKeys.detail(customer.id), customer);
  await Promise.all([
    client.invalidateQueries({ queryKey: customerKeys.lists }),
    client.invalidateQueries({ queryKey: customerKeys.counts }),
  ]);
}

/** The same `key` with the same body has one effect however often it is sent. */
export async function postCustomer(body: CustomerCreate, key: string): Promise<Customer> {
  return (await createCustomer({ body, headers: { "Idempotency-Key": key }, throwOnError: true })).data;
}

export async function putCustomer(id: string, body: CustomerUpdate, version: number): Promise<Customer> {
  const headers = { "If-Match": `"${version}"` };
  return (await updateCustomer({ path: { customer_id: id }, body, headers, throwOnError: true })).data;
}

/** A protected value in clear; the server notes who asked, and why. Never cached. */
export async function revealValue(id: string, field: SecretField, reason: string): Promise<string> {
  const body = { field, reason };
  return (await revealCustomerValue({ path: { customer_id: id }, body, throwOnError: true })).data.value;
}

export async function archive(client: QueryClient, id: string): Promise<void> {
  await archiveCustomer({ path: { customer_id: id }, throwOnError: true });
  await client.invalidateQueries({ queryKey: customerKeys.all });
}

export async function restore(client: QueryClient, id: string): Promise<void> {
  await storeCustomer(client, (await restoreCustomer({ path: { customer_id: id }, throwOnError: true })).data);
}
