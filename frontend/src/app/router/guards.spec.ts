import { createPinia, setActivePinia } from "pinia";
import { beforeEach, describe, expect, it } from "vitest";
import { createMemoryHistory, createRouter } from "vue-router";

import type { Permission } from "@/api/generated";
import { useSessionStore } from "@/shared/stores/session";
import { person } from "@/shared/testing/people";

import { guard, missingPermissions } from "./guards";
import { routesOf } from "./manifests";

const component = { render: () => null };
const router = createRouter({
  history: createMemoryHistory(),
  routes: (["pc", "m"] as const).map((ui) => ({ path: `/${ui}`, component, children: routesOf(ui) })),
});

const reads: Permission[] = ["customers:read", "documents:read"];
const roles: Record<string, Permission[]> = {
  admin: router.getRoutes().flatMap((route) => route.meta.permissions ?? []),
  staff: [...reads, "customers:write", "documents:upload"],
  auditor: [...reads, "documents:review"],
};

const administration = ["/pc/users", "/pc/document-types", "/pc/dictionary"];
const collection = ["/pc/customers/new", "/pc/customers/1/edit", "/m/customers/new", "/m/customers/1/edit", "/m/uploads", "/m/customers/1/capture/other"];
const judgement = ["/pc/customers/1/review", "/m/customers/1/review"];
/** Pages each role must not reach; everything else signed-in people may open. */
const closed: Record<string, string[]> = {
  admin: [],
  staff: [...administration, ...judgement],
  auditor: [...administration, ...collection],
};

function signIn(permissions: Permission[]): void {
  useSessionStore().user = person({ permissions });
}

const pages = router
  .getRoutes()
  .filter((route) => route.name && !route.path.includes("(.*)") && !route.meta.public)
  .map((route) => route.path.replace(":customerId", "1").replace(":typeCode", "other"));

beforeEach(() => {
  setActivePinia(createPinia());
});

describe("guard", () => {
  it("leads strangers to sign-in and remembers where they wanted to go", async () => {
    for (const page of pages) {
      const decision = await guard(router.resolve(`${page}?q=1`));
      const ui = page.startsWith("/m") ? "m" : "pc";
      expect(decision).toEqual({ name: `${ui}.login`, query: { redirect: `${page}?q=1` } });
    }
  });

  it.each(Object.keys(roles))("opens and closes every page for %s as its permissions say", async (role) => {
    signIn(roles[role] ?? []);
    const refused: string[] = [];
    for (const page of pages) if ((await guard(router.resolve(page))) !== true) refused.push(page);
    expect(refused.sort()).toEqual([...(closed[role] ?? [])].sort());
  });

  it("shows the 403 page under the address that was asked for", async () => {
    signIn(reads);
    const decision = await guard(router.resolve("/pc/users?q=li"));
    expect(router.resolve(decision as never).fullPath).toBe("/pc/users?q=li");
    expect(missingPermissions(router.resolve("/pc/users"))).toEqual(["users:read"]);
  });
});

it("finds the pages it tests", () => {
  expect(pages.length).toBeGreaterThan(15);
});
