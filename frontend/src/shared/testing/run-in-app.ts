import { QueryClient, VueQueryPlugin } from "@tanstack/vue-query";
import { createPinia } from "pinia";
import { onTestFinished } from "vitest";
import { createApp, defineComponent, h } from "vue";
import { createMemoryHistory, createRouter, RouterView } from "vue-router";

import { i18n } from "../i18n";

/**
 * Calls a composable inside a mounted component of an app that has what every page has: router (any address leads to
 * the same page), store, messages, queries. The component goes when the test ends, if not before.
 */
export async function runInApp<Result>(composable: () => Result, path = "/") {
  let result!: Result;
  const page = defineComponent({
    setup() {
      result = composable();
      return () => h("main");
    },
  });
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [{ path: "/:path(.*)*", name: "page", component: page }],
  });
  const queryClient = new QueryClient({ defaultOptions: { queries: { retry: false }, mutations: { retry: false } } });
  const app = createApp(RouterView).use(router).use(createPinia()).use(i18n).use(VueQueryPlugin, { queryClient });
  await router.push(path);
  app.mount(document.createElement("div"));

  let mounted = true;
  function unmount(): void {
    if (mounted) app.unmount();
    mounted = false;
  }
  onTestFinished(unmount);
  return { result, router, queryClient, unmount };
}
