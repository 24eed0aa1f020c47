import { useInfiniteQuery, useQuery } from "@tanstack/vue-query";
import { computed, watch } from "vue";

import { listParameters, useListState } from "@/shared/composables/useListState";
import { useLiveRefresh } from "@/shared/realtime/live";

import {
  customerFeedQuery,
  customerKeys,
  customerPageQuery,
  statusCountsQuery,
  type CustomerListParameters,
  type StatusCountParameters,
} from "../api";
import { customerList, statuses, type CustomerStatus } from "../model";

/** Search, filters, order and the counts per state: what both interfaces' lists have in common. */
function useCustomerListState() {
  const list = useListState(customerList);
  const parameters = computed(
    () => ({ ...listParameters(list.state.value), sort: [list.state.value.sort] }) as CustomerListParameters,
  );
  const countParameters = computed(() => {
    const filters = { ...list.state.value.filters, status: [] };
    return listParameters({ ...list.state.value, filters }) as StatusCountParameters;
  });
  const { data: counts } = useQuery(statusCountsQuery(countParameters));

  /** The tabs: every state with its count, and all of them together. */
  const tabs = computed(() => [
    { status: null, count: counts.value?.total ?? null },
    ...statuses.map((status) => ({ status, count: counts.value?.[status] ?? null })),
  ]);
  const activeTab = computed(() => (list.state.value.filters.status.length === 1 ? list.state.value.filters.status[0] : null));

  function chooseTab(status: CustomerStatus | null): void {
    list.setFilter("status", status === null ? [] : [status]);
  }

  useLiveRefresh(
    [
      "customer.created",
      "customer.updated",
      "customer.archived",
      "customer.restored",
      "case.moved",
      "progress.changed",
      "document_types.changed",
    ],
    () => [customerKeys.lists, customerKeys.counts],
  );

  return { list, parameters, tabs, activeTab, chooseTab };
}

/** The list in numbered pages (PC). */
export function useCustomerPages() {
  const base = useCustomerListState();
  const request = computed(() => ({
    ...base.parameters.value,
    page: base.list.state.value.page,
    limit: base.list.state.value.limit,
  }));
  const query = useQuery(customerPageQuery(request));

  watch(query.data, (page) => {
    if (page && !query.isPlaceholderData.value && page.items.length === 0) base.list.clampTo(page.total);
  });

  return {
    ...base,
    rows: computed(() => query.data.value?.items ?? []),
    total: computed(() => query.data.value?.total ?? 0),
    totalIsEstimate: computed(() => query.data.value?.total_is_estimate ?? false),
    ready: computed(() => query.data.value !== undefined),
    busy: query.isPlaceholderData,
    error: query.error,
    refetch: query.refetch,
  };
}

/** The list as one endless feed (phone). */
export function useCustomerFeed() {
  const base = useCustomerListState();
  const query = useInfiniteQuery(customerFeedQuery(base.parameters));

  /** A customer created while scrolling pushes rows to the next page: each is shown once. */
  const rows = computed(() => {
    const byId = new Map(query.data.value?.pages.flatMap((page) => page.items).map((row) => [row.id, row]));
    return [...byId.values()];
  });

  return {
    ...base,
    rows,
    total: computed(() => query.data.value?.pages[0]?.total ?? 0),
    ready: computed(() => query.data.value !== undefined),
    busy: query.isPlaceholderData,
    error: query.error,
    refetch: query.refetch,
    hasMore: query.hasNextPage,
    loadingMore: query.isFetchingNextPage,
    loadMore: () => query.fetchNextPage({ cancelRefetch: false }),
  };
}
