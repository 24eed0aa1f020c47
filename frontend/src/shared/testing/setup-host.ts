import { createApp, defineComponent, h, type App, type Plugin } from "vue";

import { i18n } from "../i18n";

interface Host<Result> {
  result: Result;
  app: App;
}

/** Runs a composable inside a mounted component, with i18n and the given plugins. */
export function inSetup<Result>(compose: () => Result, { plugins = [] }: { plugins?: Plugin[] } = {}): Host<Result> {
  let result: { value: Result } | null = null;
  const app = createApp(
    defineComponent({
      setup() {
        result = { value: compose() };
        return () => h("div");
      },
    }),
  );
  app.use(i18n);
  for (const plugin of plugins) app.use(plugin);
  app.mount(document.createElement("div"));
  if (result === null) throw new Error("the composable did not run");
  return { result: (result as { value: Result }).value, app };
}
