import { useInfiniteQuery } from "@tanstack/vue-query";
import { computed, toValue, type MaybeRefOrGetter } from "vue";

import { useLiveRefresh } from "@/shared/realtime/live";

import { caseKeys, historyQuery } from "../api";

/** What has been done with a customer's case, newest first, kept live. */
export function useCaseHistory(customerId: MaybeRefOrGetter<string>) {
  const query = useInfiniteQuery(historyQuery(customerId));

  useLiveRefresh(["case.moved", "progress.changed"], (event) =>
    event.customer_id === toValue(customerId) ? [caseKeys.history(toValue(customerId))] : [],
  );

  return {
    entries: computed(() => query.data.value?.pages.flatMap((page) => page.items) ?? []),
    ready: computed(() => query.data.value !== undefined),
    error: query.error,
    refetch: query.refetch,
    hasMore: query.hasNextPage,
    loadMore: () => query.fetchNextPage(),
  };
}
