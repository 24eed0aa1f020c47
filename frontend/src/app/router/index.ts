import type { Component } from "vue";
import { createRouter, createWebHistory, type RouteRecordRaw } from "vue-router";

import { uiNames, uis, type Ui } from "@/shared/ui";

import { guard, preferredUi, reloadOnStaleChunk } from "./guards";
import { routesOf } from "./manifests";

const shells = import.meta.glob<Component>("../../shells/*/*Shell.vue", { import: "default" });

/** An interface's pages inside its shell. */
function interfaceOf(ui: Ui): RouteRecordRaw {
  const { prefix, shell, home } = uis[ui];
  const component = shells[`../../${shell}`];
  if (!component) throw new Error(`${shell} is not there`);
  return { path: prefix, component, children: [{ path: "", redirect: { name: home } }, ...routesOf(ui)] };
}

/** Within an interface the catch-all routes come last: the 403 page is reached by name only and keeps the address. */
export const router = createRouter({
  history: createWebHistory(),
  routes: [
    { path: "/", redirect: () => uis[preferredUi()].prefix },
    { path: "/login", redirect: (to) => ({ name: uis[preferredUi()].login, query: to.query }) },
    ...uiNames.map(interfaceOf),
    { path: "/:path(.*)*", redirect: (to) => `${uis[preferredUi()].prefix}${to.path}` },
  ],
  scrollBehavior: (to, from, saved) => {
    if (saved) return saved;
    return to.path === from.path ? false : { top: 0 };
  },
});

router.beforeEach(guard);
reloadOnStaleChunk(router);
