import { VueQueryPlugin } from "@tanstack/vue-query";
import { createPinia } from "pinia";
import { createApp } from "vue";

import "@/shared/tokens/tokens.css";
import "@/shared/tokens/base.css";
import { fillSlots } from "@/shared/feature-slots";
import { i18n, setLocale, useMessages } from "@/shared/i18n";
import { provideMenuIcons } from "@/shared/menu-icons";
import { usePreferencesStore } from "@/shared/stores/preferences";
import { useSessionStore } from "@/shared/stores/session";

import App from "./App.vue";
import { setUpMessages } from "./i18n";
import { queryClient } from "./query-client";
import { router } from "./router";
import { manifests } from "./router/manifests";
import { preloadPage } from "./router/preload";
import { connectSession } from "./session-wiring";

/**
 * On a slow line each wait in a row shows, so everything the first page needs is asked for at once.
 *
 * A function, since pages stand on this very file: they would wait for an `await` of its own, and it for them.
 */
async function start(): Promise<void> {
  const app = createApp(App).use(createPinia()).use(i18n).use(VueQueryPlugin, { queryClient });
  setUpMessages();
  fillSlots(manifests);
  provideMenuIcons(async () => (await import("./menu-icons")).menuIcons);

  const session = useSessionStore();
  // First of all, since data can be asked for only when it is answered.
  const restored = session.restore();
  if (session.mayBeSignedIn()) preloadPage(router, location.pathname + location.search);
  await setLocale(usePreferencesStore().locale);
  await useMessages(["shell"]);
  connectSession(router);
  app.use(router);
  // What index.html draws stays until there is a page to show instead.
  await Promise.all([restored, router.isReady()]).catch(() => undefined);
  app.mount("#app");
}

void start();
