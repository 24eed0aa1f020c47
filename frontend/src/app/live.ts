import type { LiveRoutes } from "@/shared/realtime/routes";

export { startLiveEvents, stopLiveEvents } from "@/shared/realtime/connection";
export { refreshQueries } from "@/shared/realtime/live";

/** What of each feature's queries live events make out of date. */
export const liveRoutes: LiveRoutes[] = Object.values(
  import.meta.glob<LiveRoutes>("../features/*/live.ts", { eager: true, import: "default" }),
);
