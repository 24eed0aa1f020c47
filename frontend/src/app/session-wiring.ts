import { watch } from "vue";
import type { Router } from "vue-router";

import { freshAccessToken, refreshSession } from "@/api/client";
import { isApiError } from "@/api/problem";
import { startLiveEvents, stopLiveEvents } from "@/shared/realtime/live";
import { useSessionStore } from "@/shared/stores/session";

import { queryClient } from "./query-client";
import { uiOf } from "./router/guards";

/** When the session ends, nothing of it stays on the screen, and signing in leads back to the page. */
export function connectSession(router: Router): void {
  const session = useSessionStore();
  session.onLeave(() => {
    stopLiveEvents();
    queryClient.clear();
    const route = router.currentRoute.value;
    if (route.meta.public) return;
    void router.replace({ name: `${uiOf(route.path)}.login`, query: { redirect: route.fullPath } });
  });
  watch(
    () => session.isSignedIn,
    (signedIn) => {
      if (signedIn) goLive();
    },
    { immediate: true },
  );
}

function goLive(): void {
  startLiveEvents({
    url: "/api/v1/events",
    queryClient,
    accessToken: streamToken,
    // Asking for a new token finds out whether the session is really over, and signs out here if so.
    onEnded: () => void refreshSession().then(goLive, () => undefined),
  });
}

async function streamToken(refused: boolean): Promise<string | null> {
  try {
    if (refused) await refreshSession();
    return await freshAccessToken();
  } catch (error) {
    if (isApiError(error) && error.status === 401) return null;
    throw error;
  }
}
