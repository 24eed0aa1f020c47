import type { RouteRecordRaw } from "vue-router";

import type { FeatureManifest } from "@/shared/manifest";
import { uiNames, uis, type Ui } from "@/shared/ui";

/** Not found comes first: of two catch-all routes the router takes the first; 403 is reached by name. */
function pages(ui: Ui): RouteRecordRaw[] {
  const route = { path: ":path(.*)*", props: { home: uis[ui].prefix } };
  return [
    {
      ...route,
      name: `${ui}.not-found`,
      component: () => import("./components/NotFoundPage.vue"),
      meta: { title: "error_pages.not_found.title" },
    },
    {
      ...route,
      name: `${ui}.forbidden`,
      component: () => import("./components/ForbiddenPage.vue"),
      meta: { title: "error_pages.forbidden.title" },
    },
  ];
}

export default { routes: Object.fromEntries(uiNames.map((ui) => [ui, pages(ui)])) } satisfies FeatureManifest;
