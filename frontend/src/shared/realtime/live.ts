import type { Query, QueryClient } from "@tanstack/vue-query";
import { getCurrentScope, onScopeDispose, readonly, ref } from "vue";

import type { LiveEvent } from "@/api/generated";

import type { ConnectionState } from "./event-stream";

export type LiveEventType = LiveEvent["type"];
type EventOf<Type extends LiveEventType> = LiveEvent & { type: Type };
type Handler = (event: LiveEvent) => void;

const handlers = new Set<Handler>();
const state = ref<ConnectionState>("idle");

/** The state of this tab's only event connection, for an indicator. */
export const liveConnection = readonly(state);

/** For the connection itself (connection.ts) to tell how it stands. */
export function reportConnection(next: ConnectionState): void {
  state.value = next;
}

/** Hands an event to everybody who listens; data that is no object is none of ours. */
export function dispatchLiveEvent(type: string, data: unknown): void {
  if (typeof data !== "object" || data === null) return;
  for (const handler of [...handlers]) handler({ ...data, type } as LiveEvent);
}

/** Calls `handler` for every event until the returned function is called. */
export function onEveryLiveEvent(handler: Handler): () => void {
  handlers.add(handler);
  return () => handlers.delete(handler);
}

/** Calls `handler` for each event of `types` until the surrounding scope ends or the returned function is called. */
export function onLiveEvent<Type extends LiveEventType>(
  types: readonly Type[],
  handler: (event: EventOf<Type>) => void,
): () => void {
  const off = onEveryLiveEvent((event) => {
    if ((types as readonly string[]).includes(event.type)) handler(event as EventOf<Type>);
  });
  if (getCurrentScope()) onScopeDispose(off);
  return off;
}

/** Queries with `meta: { immutable: true }` never change and are fetched once. */
export function isImmutable(query: Query): boolean {
  return query.meta?.["immutable"] === true;
}

/** Refetches all queries, or those of a key, so that they show at least what the server knows now. */
export async function refreshQueries(client: QueryClient, queryKey?: readonly unknown[]): Promise<void> {
  const filters = {
    ...(queryKey === undefined ? {} : { queryKey }),
    predicate: (query: Query) => !isImmutable(query),
  };
  // A first load is not restarted by an invalidation, and its answer may be older: it is fetched again when it is in.
  const loading = client
    .getQueryCache()
    .findAll({ ...filters, fetchStatus: "fetching" })
    .filter((query) => query.state.data === undefined);
  await client.invalidateQueries(filters);
  await Promise.all(loading.map((query) => client.invalidateQueries({ queryKey: query.queryKey, exact: true })));
}
