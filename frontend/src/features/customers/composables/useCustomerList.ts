import { useQuery } from "@tanstack/vue-query";
import { computed } from "vue";

import { listParameters, type useListState } from "@/shared/composables/useListState";
import { useFeed, usePagedList } from "@/shared/composables/usePagedList";

import {
  customerSource,
  statusCountsQuery,
  type StatusCountParameters,
} from "../api";
import { customerList, type customerFilters, statuses, type CustomerStatus } from "../model";

type CustomerListState = ReturnType<typeof useListState<typeof customerFilters>>;

const EXACT_COUNT_LIMIT = 10_000;

/** The counts per state above the list, as tabs that narrow it, and what keeps both live. */
function useStatusTabs(list: CustomerListState) {
  const countParameters = computed(() => {
    const filters = { ...list.state.value.filters, status: [] };
    return listParameters({ ...list.state.value, filters }) as StatusCountParameters;
  });
  const { data: counts } = useQuery(statusCountsQuery(countParameters));

  /** Counting ends at the limit; what stands at it is that and more. */
  function told(count: number | undefined): number | string | null {
    return count !== undefined && counts.value?.is_estimate && count >= EXACT_COUNT_LIMIT ? `${count}+` : (count ?? null);
  }

  /** The tabs: every state with its count, and all of them together. */
  const tabs = computed(() => [
    { status: null, count: told(counts.value?.total) },
    ...statuses.map((status) => ({ status, count: told(counts.value?.[status]) })),
  ]);
  const activeTab = computed(() => (list.state.value.filters.status.length === 1 ? list.state.value.filters.status[0] : null));

  function chooseTab(status: CustomerStatus | null): void {
    list.setFilter("status", status === null ? [] : [status]);
  }

  return { tabs, activeTab, chooseTab };
}

/** The list in numbered pages (PC). */
export function useCustomerPages() {
  const pages = usePagedList(customerList, customerSource);
  return { ...pages, ...useStatusTabs(pages.list) };
}

/** The list as one endless feed (phone). */
export function useCustomerFeed() {
  const feed = useFeed(customerList, customerSource);
  return { ...feed, ...useStatusTabs(feed.list) };
}
