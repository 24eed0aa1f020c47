import { flushPromises } from "@vue/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { nextTick } from "vue";
import { createMemoryHistory, createRouter } from "vue-router";

import { inSetup } from "../testing/setup-host";
import { listParameters, readListState, useListState, writeListState, type ListSchema } from "./useListState";

const filters = { status: "many", kind: "one", archived: "flag" } as const;
const schema = { filters, sorts: ["name", "created_at"], defaultSort: "-created_at" } satisfies ListSchema<typeof filters>;

describe("address of a list", () => {
  it("reads everything and falls back where the address is malformed", () => {
    const state = readListState({ page: "0", limit: "1000", sort: "password", status: "pending", archived: "yes" }, schema);
    expect(state).toEqual({
      page: 1,
      limit: 100,
      sort: "-created_at",
      q: "",
      filters: { status: ["pending"], kind: "", archived: false },
    });
  });

  it("writes only what differs from the defaults, and reads it back the same", () => {
    expect(writeListState(readListState({}, schema), schema)).toEqual({});
    const query = { q: "张", status: ["pending", "complete"], archived: "true", sort: "name", limit: "50", page: "3" };
    expect(writeListState(readListState(query, schema), schema)).toEqual(query);
  });

  it("gives the API the filled filters only", () => {
    expect(listParameters(readListState({ kind: "person", q: "wang" }, schema))).toEqual({ q: "wang", kind: "person" });
  });
});

describe("useListState", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  async function open(path: string) {
    const component = { template: "<i />" };
    const router = createRouter({
      history: createMemoryHistory(),
      routes: [
        { path: "/list", component },
        { path: "/other", component },
      ],
    });
    await router.push(path);
    return { router, list: inSetup(() => useListState(schema), { plugins: [router] }).result };
  }

  async function settle(router: { currentRoute: { value: { fullPath: string } } }) {
    await flushPromises();
    await nextTick();
    return router.currentRoute.value.fullPath;
  }

  it("returns to page 1 with every filter, but not with a change of page", async () => {
    const { router, list } = await open("/list?page=4");
    list.setFilter("status", ["pending"]);
    expect(await settle(router)).toBe("/list?status=pending");
    list.setPage(2);
    expect(await settle(router)).toBe("/list?status=pending&page=2");
  });

  it("searches once typing has paused for 300 ms", async () => {
    const { router, list } = await open("/list?page=2");
    list.search.value = "张";
    await nextTick();
    vi.advanceTimersByTime(200);
    list.search.value = "张伟 ";
    await nextTick();
    vi.advanceTimersByTime(299);
    expect(await settle(router)).toBe("/list?page=2");
    vi.advanceTimersByTime(1);
    expect(decodeURIComponent(await settle(router))).toBe("/list?q=张伟");
  });

  it("goes to the last page when the list has become shorter", async () => {
    const { router, list } = await open("/list?page=9");
    list.clampTo(45);
    expect(await settle(router)).toBe("/list?page=3");
  });

  it("keeps the named filters when clearing", async () => {
    const { router, list } = await open("/list?archived=true&status=pending&q=x");
    list.clear(["archived"]);
    expect(await settle(router)).toBe("/list?archived=true");
  });

  it("is not moved by the address of the page that follows", async () => {
    const { router, list } = await open("/list?status=pending");
    await router.push("/other?status=approved");
    await settle(router);
    expect(list.state.value.filters.status).toEqual(["pending"]);
    list.setPage(2);
    expect(await settle(router)).toBe("/other?status=approved");
  });
});
