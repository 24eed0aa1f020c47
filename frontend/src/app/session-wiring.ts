import { watch } from "vue";
import type { Router } from "vue-router";

import { currentAccessToken, eventsFrom, freshAccessToken, refreshSession } from "@/api/client";
import { isApiError } from "@/api/problem";
import { useSessionStore } from "@/shared/stores/session";
import { uiOf } from "@/shared/ui";

import { queryClient } from "./query-client";
import { signInFor } from "./router/guards";

/** The token for the event stream; null when the session is over, an error when the line is down. */
async function streamToken(refused: boolean): Promise<string | null> {
  try {
    return refused ? (await refreshSession()).access_token : await freshAccessToken();
  } catch (error) {
    if (isApiError(error) && error.status === 401) return null;
    throw error;
  }
}

/**
 * Live events run exactly while somebody is signed in. When the session ends, nothing of it stays
 * on the screen, and signing in leads back to the page.
 */
export function connectSession(router: Router): void {
  const session = useSessionStore();

  watch(
    () => session.user?.id,
    async (userId, previous) => {
      if (!userId && !previous) return;
      // No page needs the stream to appear, so its code comes after the page's own.
      await router.isReady();
      const { liveRoutes, refreshQueries, startLiveEvents, stopLiveEvents } = await import("./live");
      stopLiveEvents();
      if (!userId || userId !== session.user?.id) return;
      startLiveEvents({
        url: "/api/v1/events",
        queryClient,
        routes: liveRoutes,
        startAfter: eventsFrom(),
        accessToken: streamToken,
        // The refresh brings the account with it, so that menu and buttons follow; the rest is fetched with the new rights.
        onRightsChanged: () => {
          refreshSession()
            .then(() => refreshQueries(queryClient))
            .catch(() => undefined);
        },
        // The server has ended the session: the next request finds out why and leads to sign-in.
        onEnded: () => {
          if (currentAccessToken()) refreshSession().catch(() => undefined);
        },
      });
    },
    { immediate: true },
  );

  if (uiOf(window.location.pathname) === "m") {
    void import("./offline").then(({ keepForOffline }) => {
      keepForOffline(session, queryClient, () => currentAccessToken() !== null);
    });
  }

  session.onLeave(() => {
    queryClient.clear();
    const route = router.currentRoute.value;
    if (route.meta.public) return;
    void router.replace(signInFor(route));
  });
}
