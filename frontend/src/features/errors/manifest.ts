import type { FeatureManifest } from "@/shared/manifest";

const path = ":path(.*)*";

/** Not found comes first: of two catch-all routes the router takes the first; 403 is reached by name. */
export default {
  routes: {
    pc: [
      { path, name: "pc.not-found", component: () => import("./pc/NotFoundPage.vue"), meta: { title: "error_pages.not_found.title" } },
      { path, name: "pc.forbidden", component: () => import("./pc/ForbiddenPage.vue"), meta: { title: "error_pages.forbidden.title" } },
    ],
    m: [
      { path, name: "m.not-found", component: () => import("./mobile/NotFoundView.vue"), meta: { title: "error_pages.not_found.title" } },
      { path, name: "m.forbidden", component: () => import("./mobile/ForbiddenView.vue"), meta: { title: "error_pages.forbidden.title" } },
    ],
  },
} satisfies FeatureManifest;
