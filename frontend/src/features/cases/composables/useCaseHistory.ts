import { useInfiniteQuery } from "@tanstack/vue-query";
import { computed, type MaybeRefOrGetter } from "vue";

import { historyQuery } from "../api";

/** What has been done with a customer's case, newest first. */
export function useCaseHistory(customerId: MaybeRefOrGetter<string>) {
  const query = useInfiniteQuery(historyQuery(customerId));

  return {
    entries: computed(() => query.data.value?.pages.flatMap((page) => page.items) ?? []),
    ready: computed(() => query.data.value !== undefined),
    error: query.error,
    refetch: query.refetch,
    hasMore: query.hasNextPage,
    loadMore: () => query.fetchNextPage(),
  };
}
