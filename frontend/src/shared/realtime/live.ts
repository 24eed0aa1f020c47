import { hashKey, useQueryClient, type Query, type QueryClient, type QueryKey } from "@tanstack/vue-query";
import { getCurrentScope, onScopeDispose, readonly, ref } from "vue";

import type { ConnectionState } from "./event-stream";

export const LIVE_EVENT_TYPES = [
  "customer.created",
  "customer.updated",
  "customer.archived",
  "customer.restored",
  "case.moved",
  "progress.changed",
  "document.uploaded",
  "document.deleted",
  "document.restored",
  "document.reviewed",
  "document.ready",
  "document.failed",
  "document_types.changed",
  "user.updated",
  "dictionary.changed",
] as const;

export type LiveEventType = (typeof LIVE_EVENT_TYPES)[number];

export interface LiveEvent {
  type: LiveEventType;
  customer_id: string | null;
  document_id: string | null;
  version: number | null;
  actor_id: string | null;
  at: string;
}

type Handler = (event: LiveEvent) => void;

/** Milliseconds in which a burst of events (twenty files dropped at once) is answered by one refetch. */
const BURST = 80;

const handlers = new Map<LiveEventType, Set<Handler>>();
const state = ref<ConnectionState>("idle");

/** The state of this tab's only event connection, for an indicator. */
export const liveConnection = readonly(state);

/** For the connection itself (connection.ts) to tell how it stands. */
export function reportConnection(next: ConnectionState): void {
  state.value = next;
}

function isLiveEvent(type: string, data: unknown): data is Omit<LiveEvent, "type"> {
  return (LIVE_EVENT_TYPES as readonly string[]).includes(type) && typeof data === "object" && data !== null;
}

/** Hands an event to everybody who asked for its type; unknown types are those of a newer server. */
export function dispatchLiveEvent(type: string, data: unknown): void {
  if (!isLiveEvent(type, data)) return;
  const event = { ...data, type: type as LiveEventType };
  for (const handler of [...(handlers.get(event.type) ?? [])]) handler(event);
}

/** Calls `handler` for each event of `types` until the surrounding scope ends or the returned function is called. */
export function onLiveEvent(types: LiveEventType | readonly LiveEventType[], handler: Handler): () => void {
  const wanted = typeof types === "string" ? [types] : types;
  for (const type of wanted) {
    const listeners = handlers.get(type) ?? new Set();
    handlers.set(type, listeners.add(handler));
  }
  const off = () => {
    for (const type of wanted) handlers.get(type)?.delete(handler);
  };
  if (getCurrentScope()) onScopeDispose(off);
  return off;
}

/**
 * Refetches the matching queries so that they show at least what the server knows now.
 *
 * A query that is loading for the first time is not restarted by an invalidation, and its answer may be older than
 * the event; it is fetched once more when that answer is in. Queries with `meta: { immutable: true }` are left alone.
 */
export async function refreshQueries(client: QueryClient, queryKey?: QueryKey): Promise<void> {
  const filters = {
    ...(queryKey === undefined ? {} : { queryKey }),
    predicate: (query: Query) => query.meta?.["immutable"] !== true,
  };
  const loading = client
    .getQueryCache()
    .findAll({ ...filters, fetchStatus: "fetching" })
    .filter((query) => query.state.data === undefined);
  await client.invalidateQueries(filters);
  await Promise.all(loading.map((query) => client.invalidateQueries({ queryKey: query.queryKey, exact: true })));
}

/** Keeps queries live: each event of `types` refreshes the query keys that `keysOf` names for it. */
export function useLiveRefresh(
  types: LiveEventType | readonly LiveEventType[],
  keysOf: (event: LiveEvent) => readonly QueryKey[],
): void {
  const client = useQueryClient();
  const due = new Map<string, QueryKey>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  onLiveEvent(types, (event) => {
    for (const key of keysOf(event)) due.set(hashKey(key), key);
    if (due.size === 0 || timer !== undefined) return;
    timer = setTimeout(() => {
      timer = undefined;
      const keys = [...due.values()];
      due.clear();
      for (const key of keys) void refreshQueries(client, key);
    }, BURST);
  });
  onScopeDispose(() => clearTimeout(timer));
}
