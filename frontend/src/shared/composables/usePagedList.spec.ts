import { flushPromises } from "@vue/test-utils";
import { describe, expect, it, vi } from "vitest";

import { runInApp } from "../testing/run-in-app";
import type { ListSchema } from "./useListState";
import { useFeed, usePagedList, type ListSource } from "./usePagedList";

const filters = { status: "many", archived: "flag" } as const;
const schema = { filters, sorts: ["name"], defaultSort: "-created_at" } satisfies ListSchema<typeof filters>;

interface Asked {
  page: number;
  limit: number;
  [filter: string]: unknown;
}

/** A server with rows named from "1" on. */
function serve(count: number) {
  const server = { count };
  const fetch = vi.fn(({ page, limit }: Asked) => {
    const all = Array.from({ length: server.count }, (_, index) => ({ id: String(index + 1) }));
    const items = all.slice((page - 1) * limit, page * limit);
    return Promise.resolve({ items, page, limit, total: server.count, total_is_estimate: false });
  });
  const source: ListSource<Asked, { id: string }> = { key: ["things"], fetch };
  return { server, fetch, source };
}

async function open<Result>(composable: () => Result, path: string) {
  const app = await runInApp(composable, path);
  await flushPromises();
  return app;
}

describe("usePagedList", () => {
  it("asks for what stands in the address, and for nothing that is empty", async () => {
    const { fetch, source } = serve(30);
    const { result } = await open(() => usePagedList(schema, source), "/?status=a&status=b&sort=name&page=2&limit=10&q=x");
    expect(fetch.mock.calls[0]?.[0]).toEqual({ q: "x", status: ["a", "b"], sort: ["name"], page: 2, limit: 10 });
    expect(result.rows.value.map(({ id }) => id)).toEqual(["11", "12", "13", "14", "15", "16", "17", "18", "19", "20"]);
    expect(result.total.value).toBe(30);
  });

  it("shows the old page until the new one is there", async () => {
    const { fetch, source } = serve(30);
    const { result } = await open(() => usePagedList(schema, source), "/");
    let arrive!: () => void;
    const answer = { items: [{ id: "21" }], page: 2, limit: 20, total: 30, total_is_estimate: false };
    fetch.mockReturnValueOnce(new Promise((resolve) => (arrive = () => resolve(answer))));
    result.list.setPage(2);
    await flushPromises();
    expect(result.busy.value).toBe(true);
    expect(result.rows.value[0]?.id).toBe("1");
    arrive();
    await flushPromises();
    expect(result.busy.value).toBe(false);
    expect(result.rows.value[0]?.id).toBe("21");
  });

  it("goes to the last page when the list has become shorter", async () => {
    const { source } = serve(25);
    const { result, router } = await open(() => usePagedList(schema, source), "/?page=9");
    await vi.waitFor(() => expect(router.currentRoute.value.fullPath).toBe("/?page=2"));
    await vi.waitFor(() => expect(result.rows.value[0]?.id).toBe("21"));
  });

  it("keeps what it has when a refresh fails", async () => {
    const { fetch, source } = serve(3);
    const { result } = await open(() => usePagedList(schema, source), "/");
    fetch.mockRejectedValueOnce(new Error("cut"));
    await result.refetch();
    expect(result.error.value).not.toBeNull();
    expect(result.ready.value).toBe(true);
    expect(result.rows.value).toHaveLength(3);
  });

  it("asks again by itself for as long as its source wants it", async () => {
    vi.useFakeTimers();
    const { server, fetch, source } = serve(1);
    const pollAfter = (rows: readonly unknown[]) => (rows.length === 1 ? 1_000 : false);
    const app = await runInApp(() => usePagedList(schema, { ...source, pollAfter }), "/");
    await vi.advanceTimersByTimeAsync(1_500);
    expect(fetch).toHaveBeenCalledTimes(2);
    server.count = 2;
    await vi.advanceTimersByTimeAsync(5_000);
    expect(fetch).toHaveBeenCalledTimes(3);
    app.unmount();
    vi.useRealTimers();
  });
});

describe("useFeed", () => {
  it("runs on from page to page to the end", async () => {
    const { source } = serve(45);
    const { result } = await open(() => useFeed(schema, source), "/?archived=true");
    await result.loadMore();
    expect(result.rows.value).toHaveLength(40);
    await result.loadMore();
    expect(result.rows.value).toHaveLength(45);
    expect(result.hasMore.value).toBe(false);
    expect(result.total.value).toBe(45);
  });

  it("shows a row once though others were put before it while scrolling", async () => {
    const { fetch, source } = serve(40);
    const { result } = await open(() => useFeed(schema, source), "/");
    fetch.mockResolvedValueOnce({ items: [{ id: "20" }, { id: "21" }], page: 2, limit: 20, total: 41, total_is_estimate: false });
    await result.loadMore();
    const ids = result.rows.value.map(({ id }) => id);
    expect(ids).toHaveLength(21);
    expect(new Set(ids).size).toBe(21);
  });
});
