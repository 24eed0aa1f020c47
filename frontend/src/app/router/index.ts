import { createRouter, createWebHistory, type RouteRecordRaw } from "vue-router";

import { guard, preferredUi, reloadOnStaleChunk } from "./guards";
import { routesOf } from "./manifests";

/** The catch-all routes come last: the 403 page is reached by name only and keeps the address. */
function pages(ui: "pc" | "m"): RouteRecordRaw[] {
  return [{ path: "", redirect: { name: `${ui}.customers.list` } }, ...routesOf(ui)];
}

export const router = createRouter({
  history: createWebHistory(),
  routes: [
    { path: "/", redirect: () => `/${preferredUi()}` },
    { path: "/login", redirect: (to) => ({ path: `/${preferredUi()}/login`, query: to.query }) },
    { path: "/pc", component: () => import("@/shells/pc/PcShell.vue"), children: pages("pc") },
    { path: "/m", component: () => import("@/shells/mobile/MobileShell.vue"), children: pages("m") },
    { path: "/:path(.*)*", redirect: (to) => `/${preferredUi()}${to.path}` },
  ],
  scrollBehavior: (to, from, saved) => {
    if (saved) return saved;
    return to.path === from.path ? false : { top: 0 };
  },
});

router.beforeEach(guard);
reloadOnStaleChunk(router);
