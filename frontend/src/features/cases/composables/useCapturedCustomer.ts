import { useQuery } from "@tanstack/vue-query";
import { computed, type MaybeRefOrGetter } from "vue";

import { customerQuery } from "@/features/customers/api";

/** The customer whose documents are being photographed. */
export function useCapturedCustomer(customerId: MaybeRefOrGetter<string>) {
  const { data, error, refetch } = useQuery(customerQuery(customerId));
  return { customer: data, ready: computed(() => data.value !== undefined), error, refetch };
}
