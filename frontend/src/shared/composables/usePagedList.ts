import { keepPreviousData, useInfiniteQuery, useQuery, type QueryKey } from "@tanstack/vue-query";
import { computed, watch, type Ref } from "vue";

import { listParameters, useListState, type FilterSchema, type ListSchema } from "./useListState";

/** What every list of the API answers. */
interface Page<Row> {
  items: Row[];
  page: number;
  limit: number;
  total: number;
  total_is_estimate: boolean;
}

/** Where a list comes from; `Parameters` are those of the API, filters included. */
export interface ListSource<Parameters, Row> {
  /** Stands before the parameters: whoever invalidates it refreshes all pages. */
  key: QueryKey;
  fetch: (parameters: Parameters, signal: AbortSignal) => Promise<Page<Row>>;
  /** Milliseconds after which these rows are asked for again by themselves; false to wait for an event. */
  pollAfter?: (rows: readonly Row[]) => number | false;
}

const FEED_LIMIT = 20;

/** What the lists of both interfaces tell their page, however the rows are cut into pages. */
function described<Row>(first: () => Page<Row> | undefined, query: { isPlaceholderData: Ref<boolean>; error: Ref<Error | null> }) {
  return {
    total: computed(() => first()?.total ?? 0),
    totalIsEstimate: computed(() => first()?.total_is_estimate ?? false),
    ready: computed(() => first() !== undefined),
    busy: query.isPlaceholderData,
    error: query.error,
  };
}

/** A list in numbered pages, its state in the address; a page beyond the end leads to the last one. */
export function usePagedList<Schema extends FilterSchema, Parameters, Row>(
  schema: ListSchema<Schema>,
  source: ListSource<Parameters, Row>,
) {
  const list = useListState(schema);
  const parameters = computed(() => {
    const { sort, page, limit } = list.state.value;
    return { ...listParameters(list.state.value), sort: [sort], page, limit } as Parameters;
  });
  const query = useQuery({
    queryKey: [...source.key, "page", parameters],
    queryFn: ({ signal }) => source.fetch(parameters.value, signal),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => source.pollAfter?.(state.data?.items ?? []) ?? false,
  });

  watch(query.data, (page) => {
    if (page && !query.isPlaceholderData.value && page.items.length === 0) list.clampTo(page.total);
  });

  return {
    ...described(() => query.data.value, query),
    list,
    rows: computed(() => query.data.value?.items ?? []),
    refetch: query.refetch,
  };
}

/** A list as one endless feed, for phones; its state but for the page stands in the address. */
export function useFeed<Schema extends FilterSchema, Parameters, Row extends { id: string }>(
  schema: ListSchema<Schema>,
  source: ListSource<Parameters, Row>,
) {
  const list = useListState(schema);
  const parameters = computed(() => ({ ...listParameters(list.state.value), sort: [list.state.value.sort] }));
  const query = useInfiniteQuery({
    queryKey: [...source.key, "feed", parameters],
    queryFn: ({ signal, pageParam }) =>
      source.fetch({ ...parameters.value, page: pageParam, limit: FEED_LIMIT } as Parameters, signal),
    initialPageParam: 1,
    getNextPageParam: (last) => (last.page * last.limit < last.total ? last.page + 1 : undefined),
    placeholderData: keepPreviousData,
  });

  return {
    ...described(() => query.data.value?.pages[0], query),
    list,
    /** A row added while scrolling pushes others to the next page: each is shown once, as the earlier page has it, which is the newer one. */
    rows: computed(() => {
      const rows = query.data.value?.pages.flatMap((page) => page.items) ?? [];
      const seen = new Set<string>();
      return rows.filter(({ id }) => !seen.has(id) && seen.add(id));
    }),
    refetch: query.refetch,
    hasMore: query.hasNextPage,
    loadingMore: query.isFetchingNextPage,
    loadMore: () => query.fetchNextPage({ cancelRefetch: false }),
  };
}
