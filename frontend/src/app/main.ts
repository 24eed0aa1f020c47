import { VueQueryPlugin } from "@tanstack/vue-query";
import { createPinia } from "pinia";
import { createApp } from "vue";

import "@/shared/tokens/tokens.css";
import "@/shared/tokens/base.css";
import { fillSlots } from "@/shared/feature-slots";
import { i18n, setLocale, useMessages } from "@/shared/i18n";
import { usePreferencesStore } from "@/shared/stores/preferences";

import App from "./App.vue";
import { setUpMessages } from "./i18n";
import { queryClient } from "./query-client";
import { router } from "./router";
import { manifests } from "./router/manifests";
import { connectSession } from "./session-wiring";

const app = createApp(App).use(createPinia()).use(i18n).use(VueQueryPlugin, { queryClient });

setUpMessages();
fillSlots(manifests);
connectSession(router);
await setLocale(usePreferencesStore().locale);
await useMessages(["shell"]);
app.use(router).mount("#app");
