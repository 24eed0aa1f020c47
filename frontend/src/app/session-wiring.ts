import type { Router } from "vue-router";

import { useSessionStore } from "@/shared/stores/session";

import { queryClient } from "./query-client";
import { uiOf } from "./router/guards";

/** When the session ends, nothing of it stays on the screen, and signing in leads back to the page. */
export function connectSession(router: Router): void {
  useSessionStore().onLeave(() => {
    queryClient.clear();
    const route = router.currentRoute.value;
    if (route.meta.public) return;
    void router.replace({ name: `${uiOf(route.path)}.login`, query: { redirect: route.fullPath } });
  });
}
