import type { QueryClient } from "@tanstack/vue-query";

import { createLiveDispatcher } from "./dispatcher";
import { createEventStream, type EventStreamOptions } from "./event-stream";
import { dispatchLiveEvent, onEveryLiveEvent, refreshQueries, reportConnection } from "./live";
import type { LiveRoutes } from "./routes";

type Wiring = Pick<EventStreamOptions, "url" | "startAfter" | "accessToken" | "onEnded" | "onRightsChanged"> & {
  queryClient: QueryClient;
  routes: readonly LiveRoutes[];
};

/** After a gap everything shown is fetched anew, spread over this many milliseconds: a restarted server has all screens at its door. */
const GAP_SPREAD = 3_000;

let close: (() => void) | null = null;

/** Opens this tab's event connection; a second call while it runs changes nothing. */
export function startLiveEvents({ queryClient, routes, ...wiring }: Wiring): void {
  if (close !== null) return;
  const dispatcher = createLiveDispatcher(queryClient);
  for (const live of routes) dispatcher.add(live);
  const offEvents = onEveryLiveEvent(dispatcher.receive);
  let refetch: ReturnType<typeof setTimeout> | undefined;
  const stream = createEventStream({
    ...wiring,
    onMessage: (message) => dispatchLiveEvent(message.type, message.data),
    onGap: () => {
      clearTimeout(refetch);
      refetch = setTimeout(() => void refreshQueries(queryClient), GAP_SPREAD * Math.random());
    },
    onState: (next) => {
      reportConnection(next);
      if (next === "ended") stopLiveEvents();
    },
  });
  close = () => {
    close = null;
    clearTimeout(refetch);
    offEvents();
    dispatcher.stop();
    stream.stop();
  };
  stream.start();
}

/** Closes the connection, on log-out. */
export function stopLiveEvents(): void {
  close?.();
}
