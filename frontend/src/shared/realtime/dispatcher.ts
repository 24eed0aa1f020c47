import type { InfiniteData, Query, QueryClient, QueryFunctionContext } from "@tanstack/vue-query";

import type { LiveEvent } from "@/api/generated";

import { withFirstPage } from "./first-page";
import { isImmutable } from "./live";
import type { LiveRoutes, LiveTarget, Pace } from "./routes";

interface Wait {
  /** Milliseconds after a change before it is fetched: what comes meanwhile is fetched with it. */
  after: readonly [least: number, most: number];
  /** Milliseconds between two fetches while changes keep coming. */
  between: readonly [least: number, most: number];
}

/**
 * Drawn by chance from these ranges, so that the screens of a company do not ask all at once. A hundred lists with their
 * counts cost 28 requests a second however fast the changes come, and one lone change shows within two seconds.
 */
const WAITS: Record<Pace, Wait> = {
  now: { after: [80, 80], between: [500, 500] },
  list: { after: [1_000, 2_000], between: [5_000, 7_000] },
  count: { after: [1_000, 2_000], between: [8_000, 12_000] },
};

interface Lane {
  timer: ReturnType<typeof setTimeout> | undefined;
  last: number;
}

type Route = (event: LiveEvent) => readonly LiveTarget[];

/** Refetches what events make out of date, as the features' routes say: what is on the screen in its turn, the rest when it is opened. */
export function createLiveDispatcher(client: QueryClient, random: () => number = Math.random) {
  const routes: [prefix: string, route: Route][] = [];
  const lanes = new Map<string, Lane>();

  const forget = client.getQueryCache().subscribe(({ type, query }) => {
    if (type !== "removed") return;
    clearTimeout(lanes.get(query.queryHash)?.timer);
    lanes.delete(query.queryHash);
  });

  const draw = ([least, most]: Wait["after"]) => least + (most - least) * random();

  function schedule(query: Query, pace: Pace): void {
    const lane = lanes.get(query.queryHash) ?? { timer: undefined, last: -Infinity };
    lanes.set(query.queryHash, lane);
    if (lane.timer !== undefined) return;
    const { after, between } = WAITS[pace];
    const delay = Math.max(draw(after), lane.last + draw(between) - Date.now());
    lane.timer = setTimeout(() => {
      lane.timer = undefined;
      lane.last = Date.now();
      if (query.isActive()) void refresh(client, query);
      else query.invalidate();
    }, delay);
  }

  function mark({ key, pace, knows }: LiveTarget): void {
    for (const query of client.getQueryCache().findAll({ queryKey: key })) {
      if (isImmutable(query) || knows?.(query.state.data)) continue;
      if (query.isActive()) schedule(query, pace);
      else query.invalidate();
    }
  }

  return {
    add(live: LiveRoutes): void {
      for (const [prefix, route] of Object.entries(live)) routes.push([prefix, route as Route]);
    },
    receive(event: LiveEvent): void {
      for (const [prefix, route] of routes) if (event.type.startsWith(prefix)) for (const target of route(event)) mark(target);
    },
    stop(): void {
      forget();
      for (const lane of lanes.values()) clearTimeout(lane.timer);
      lanes.clear();
    },
  };
}

/**
 * A first load is not restarted by an invalidation, and its answer may be older than the event: it is fetched once more
 * when that answer is in. Of an endless list only the first page is fetched.
 */
async function refresh(client: QueryClient, query: Query): Promise<void> {
  const filters = { queryKey: query.queryKey, exact: true };
  const { data, fetchStatus } = query.state;
  if (data === undefined && fetchStatus === "fetching") await client.invalidateQueries(filters);
  const pages = (data as InfiniteData<{ items: { id: string }[] }> | undefined)?.pages;
  if (pages !== undefined && pages.length > 1) await refreshFirstPage(client, query);
  else await client.invalidateQueries(filters);
}

interface EndlessOptions {
  queryFn: (context: QueryFunctionContext<Query["queryKey"], unknown>) => Promise<{ items: { id: string }[] }>;
  initialPageParam: unknown;
}

async function refreshFirstPage(client: QueryClient, query: Query): Promise<void> {
  const { queryFn, initialPageParam } = query.options as unknown as EndlessOptions;
  const { signal } = new AbortController();
  const context = { client, queryKey: query.queryKey, pageParam: initialPageParam, direction: "forward", meta: query.meta, signal } as const;
  try {
    const first = await queryFn(context);
    client.setQueryData<InfiniteData<{ items: { id: string }[] }>>(query.queryKey, (data) => data && withFirstPage(data, first));
  } catch {
    // The rows stay as they are and count as out of date; the next event or look fetches them.
    query.invalidate();
  }
}
