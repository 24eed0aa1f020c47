import { InfiniteQueryObserver, QueryClient, QueryObserver, type InfiniteData } from "@tanstack/vue-query";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import type { LiveEvent } from "@/api/generated";

import { createLiveDispatcher } from "./dispatcher";
import { hasVersion, showsVersion, type LiveRoutes } from "./routes";

const routes: LiveRoutes = {
  "customer.": ({ customer_id: id, version }) => [
    { key: ["customers", "detail", id], pace: "now", knows: hasVersion(version) },
    { key: ["customers", "list"], pace: "list", knows: showsVersion(id, version) },
    { key: ["customers", "counts"], pace: "count" },
  ],
};

function changed(id: string, version = 2): LiveEvent {
  return { type: "customer.updated", customer_id: id, version, actor_id: "u1", at: "2026-11-21T01:02:03Z" };
}

/** One tab with its own queries, each shown on the screen. */
function openTab() {
  const client = new QueryClient();
  const dispatcher = createLiveDispatcher(client);
  dispatcher.add(routes);
  const show = <Data>(queryKey: string[], answer: () => Data) => {
    const queryFn = vi.fn(() => Promise.resolve(answer()));
    const off = new QueryObserver(client, { queryKey, queryFn, staleTime: Infinity }).subscribe(() => undefined);
    return { queryFn, off };
  };
  return { client, dispatcher, show };
}

const page = (...rows: [id: string, version: number][]) => ({ items: rows.map(([id, version]) => ({ id, version })) });
const pass = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

describe("the dispatcher", () => {
  it("refetches the open object at once and a list within two seconds, and no other", async () => {
    const { dispatcher, show } = openTab();
    const mine = show(["customers", "detail", "c1"], () => ({ id: "c1", version: 1 }));
    const other = show(["customers", "detail", "c2"], () => ({ id: "c2", version: 1 }));
    const list = show(["customers", "list", "page"], () => page(["c1", 1]));
    await pass(0);
    dispatcher.receive(changed("c1"));
    await pass(100);
    expect(mine.queryFn).toHaveBeenCalledTimes(2);
    expect(list.queryFn).toHaveBeenCalledTimes(1);
    await pass(1_900);
    expect(list.queryFn).toHaveBeenCalledTimes(2);
    expect(other.queryFn).toHaveBeenCalledTimes(1);
  });

  it("fetches nothing that already shows the version of the event, as after one's own change", async () => {
    const { dispatcher, show } = openTab();
    const detail = show(["customers", "detail", "c1"], () => ({ id: "c1", version: 2 }));
    const list = show(["customers", "list", "page"], () => page(["c3", 1], ["c1", 2]));
    await pass(0);
    dispatcher.receive(changed("c1", 2));
    await pass(20_000);
    expect(detail.queryFn).toHaveBeenCalledTimes(1);
    expect(list.queryFn).toHaveBeenCalledTimes(1);
    dispatcher.receive(changed("c1", 3));
    await pass(20_000);
    expect(detail.queryFn).toHaveBeenCalledTimes(2);
    expect(list.queryFn).toHaveBeenCalledTimes(2);
  });

  it("answers a burst with one fetch, and shows the last of it", async () => {
    const { dispatcher, show } = openTab();
    const list = show(["customers", "list", "page"], () => page());
    const counts = show(["customers", "counts"], () => ({ total: 1 }));
    await pass(0);
    for (let index = 0; index < 20; index += 1) dispatcher.receive(changed(`c${index}`));
    await pass(2_000);
    expect(list.queryFn).toHaveBeenCalledTimes(2);
    dispatcher.receive(changed("c1"));
    await pass(4_900);
    expect(counts.queryFn).toHaveBeenCalledTimes(2);
    await pass(10_000);
    expect(list.queryFn).toHaveBeenCalledTimes(3);
    expect(counts.queryFn).toHaveBeenCalledTimes(3);
  });

  it("leaves what is not on the screen until it is opened again", async () => {
    const { client, dispatcher, show } = openTab();
    const list = show(["customers", "list", "page"], () => page());
    await pass(0);
    list.off();
    dispatcher.receive(changed("c1"));
    await pass(20_000);
    expect(list.queryFn).toHaveBeenCalledTimes(1);
    expect(client.getQueryState(["customers", "list", "page"])?.isInvalidated).toBe(true);
  });

  it("fetches a first load again, whose answer may be older than the event", async () => {
    const { client, dispatcher } = openTab();
    const answers: ((value: string) => void)[] = [];
    const queryFn = () => new Promise<string>((resolve) => answers.push(resolve));
    new QueryObserver(client, { queryKey: ["customers", "detail", "c1"], queryFn }).subscribe(() => undefined);
    dispatcher.receive(changed("c1"));
    await pass(100);
    answers[0]?.("old");
    await pass(0);
    expect(answers).toHaveLength(2);
  });

  it("fetches of an endless list the first page only", async () => {
    const { client, dispatcher } = openTab();
    const pages: Record<number, ReturnType<typeof page>> = { 1: page(["a", 1], ["b", 1]), 2: page(["c", 1]) };
    const queryFn = vi.fn(({ pageParam }: { pageParam: number }) => Promise.resolve(pages[pageParam] ?? page()));
    const options = { queryKey: ["customers", "list", "feed"], queryFn, initialPageParam: 1, staleTime: Infinity };
    const observer = new InfiniteQueryObserver(client, { ...options, getNextPageParam: (_: unknown, all: unknown[]) => all.length + 1 });
    observer.subscribe(() => undefined);
    await pass(0);
    await observer.fetchNextPage();
    pages[1] = page(["new", 1], ["a", 1]);
    queryFn.mockClear();
    dispatcher.receive(changed("new"));
    await pass(2_000);
    expect(queryFn.mock.calls.map(([{ pageParam }]) => pageParam)).toEqual([1]);
    const shown = client.getQueryData<InfiniteData<ReturnType<typeof page>>>(options.queryKey);
    expect(shown?.pages.map(({ items }) => items.map(({ id }) => id))).toEqual([["new", "a"], ["b", "c"]]);
  });

  it("fetches nothing after it has been stopped", async () => {
    const { dispatcher, show } = openTab();
    const list = show(["customers", "list", "page"], () => page());
    await pass(0);
    dispatcher.receive(changed("c1"));
    dispatcher.stop();
    await pass(20_000);
    expect(list.queryFn).toHaveBeenCalledTimes(1);
  });
});

it("costs at most thirty list requests a second for a hundred open lists and ten changes a second", { timeout: 60_000 }, async () => {
  const SECONDS = 60;
  const tabs = Array.from({ length: 100 }, () => {
    const tab = openTab();
    const list = tab.show(["customers", "list", "page"], () => page());
    const counts = tab.show(["customers", "counts"], () => ({ total: 1 }));
    return { ...tab, list, counts };
  });
  await pass(0);
  const requests = () => tabs.flatMap(({ list, counts }) => [list, counts]).reduce((sum, { queryFn }) => sum + queryFn.mock.calls.length, 0);
  const before = requests();
  for (let tick = 0; tick < SECONDS * 10; tick += 1) {
    for (const { dispatcher } of tabs) dispatcher.receive(changed(`c${tick}`));
    await pass(100);
  }
  const rate = (requests() - before) / SECONDS;
  expect(rate).toBeLessThanOrEqual(30);
  expect(Math.min(...tabs.map(({ list }) => list.queryFn.mock.calls.length))).toBeGreaterThan(8);
});
