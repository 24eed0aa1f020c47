import { createPinia, setActivePinia } from "pinia";
import { beforeEach, expect, it } from "vitest";
import { createApp, nextTick } from "vue";
import { createMemoryHistory, createRouter, type RouteRecordRaw } from "vue-router";

import type { Permission } from "@/api/generated";

import type { MenuEntry } from "../manifest";
import { useSessionStore } from "../stores/session";
import { person } from "../testing/people";
import { useMenu, useTabs } from "./useMenu";

const component = { render: () => null };

function page(path: string, menu: Partial<MenuEntry>, permissions: Permission[] = []): RouteRecordRaw {
  return { path, component, meta: { permissions, menu: { group: "system", order: 1, label: `menu${path}`, icon: "x", ...menu } } };
}

const pages = [
  page("/pc/users", { order: 2 }, ["users:read"]),
  page("/pc/audit", { order: 1 }),
  page("/pc/customers", { group: "customers" }),
  page("/m/me", { group: "tabs", order: 40 }),
  page("/m/customers", { group: "tabs", order: 20 }),
  page("/m/types", { group: "documents" }, ["document_types:manage"]),
];

async function use<Result>(routes: RouteRecordRaw[], path: string, compose: () => Result): Promise<Result> {
  const router = createRouter({ history: createMemoryHistory(), routes });
  await router.push(path);
  const app = createApp({});
  app.use(router);
  return app.runWithContext(compose);
}

beforeEach(() => {
  setActivePinia(createPinia());
  useSessionStore().user = person({ permissions: [] });
});

it("groups the entries of one interface in the order of the groups, and knows where the person is", async () => {
  const menu = await use(pages, "/pc/customers/7", () => useMenu("pc"));
  expect(menu.value.map(({ name, items }) => [name, ...items.map(({ path }) => path)])).toEqual([
    ["customers", "/pc/customers"],
    ["system", "/pc/audit"],
  ]);
  expect(menu.value.flatMap(({ items }) => items.map(({ active }) => active))).toEqual([true, false]);
});

it("follows a change of rights at once", async () => {
  const menu = await use(pages, "/pc/customers", () => useMenu("pc"));
  useSessionStore().user = person({ permissions: ["users:read"] });
  await nextTick();
  expect(menu.value.at(-1)?.items.map(({ path }) => path)).toEqual(["/pc/audit", "/pc/users"]);
});

it("puts what is no tab behind more, and offers no more when there is nothing", async () => {
  const { tabs, more } = await use(pages, "/m/me", () => useTabs("m"));
  expect(tabs.value.map(({ path }) => path)).toEqual(["/m/customers", "/m/me"]);
  expect(more.value).toEqual([]);
  useSessionStore().user = person({ permissions: ["document_types:manage"] });
  expect(more.value.map(({ name, items }) => [name, ...items.map(({ path }) => path)])).toEqual([["documents", "/m/types"]]);
});

it("keeps four tabs and puts the others behind more", async () => {
  const five = [10, 20, 30, 40, 50].map((order) => page(`/m/${order}`, { group: "tabs", order }));
  const { tabs, more } = await use(five, "/m/10", () => useTabs("m"));
  expect(tabs.value.map(({ order }) => order)).toEqual([10, 20, 30, 40]);
  expect(more.value.flatMap(({ items }) => items.map(({ order }) => order))).toEqual([50]);
});
