import type { QueryClient } from "@tanstack/vue-query";

import { createEventStream, type EventStreamOptions } from "./event-stream";
import { dispatchLiveEvent, refreshQueries, reportConnection } from "./live";

let stream: ReturnType<typeof createEventStream> | null = null;

type Wiring = Pick<EventStreamOptions, "url" | "accessToken" | "onEnded" | "onRightsChanged"> & { queryClient: QueryClient };

/** Opens this tab's event connection; a second call while it runs changes nothing. */
export function startLiveEvents({ queryClient, ...wiring }: Wiring): void {
  if (stream !== null) return;
  stream = createEventStream({
    ...wiring,
    onMessage: (message) => dispatchLiveEvent(message.type, message.data),
    onGap: () => void refreshQueries(queryClient),
    onState: (next) => {
      reportConnection(next);
      if (next === "ended") stream = null;
    },
  });
  stream.start();
}

/** Closes the connection, on log-out. */
export function stopLiveEvents(): void {
  stream?.stop();
  stream = null;
}
