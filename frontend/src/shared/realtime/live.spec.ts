import { QueryClient, QueryObserver, VueQueryPlugin } from "@tanstack/vue-query";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createApp, defineComponent, effectScope } from "vue";

import { dispatchLiveEvent, onLiveEvent, refreshQueries, useLiveRefresh } from "./live";

const uploaded = { customer_id: "c1", document_id: "d1", version: 1, actor_id: "u1", at: "2026-11-21T01:02:03Z" };

describe("onLiveEvent", () => {
  it("hears only its types, and nothing after its scope has ended", () => {
    const heard: string[] = [];
    const scope = effectScope();
    scope.run(() => {
      onLiveEvent(["document.uploaded", "document.deleted"], (event) => heard.push(`${event.type} ${event.document_id}`));
    });
    dispatchLiveEvent("document.uploaded", uploaded);
    dispatchLiveEvent("customer.created", uploaded);
    dispatchLiveEvent("document.deleted", uploaded);
    scope.stop();
    dispatchLiveEvent("document.uploaded", uploaded);
    expect(heard).toEqual(["document.uploaded d1", "document.deleted d1"]);
  });

  it("passes over a type it does not know and data that is no object", () => {
    const handler = vi.fn();
    const off = onLiveEvent("document.uploaded", handler);
    dispatchLiveEvent("document.exploded", uploaded);
    dispatchLiveEvent("document.uploaded", "text");
    off();
    expect(handler).not.toHaveBeenCalled();
  });
});

describe("refreshQueries", () => {
  it("fetches a first load again, whose answer may be older than the event", async () => {
    const client = new QueryClient();
    const answers: ((value: string) => void)[] = [];
    const observer = new QueryObserver(client, {
      queryKey: ["documents"],
      queryFn: () => new Promise<string>((resolve) => answers.push(resolve)),
    });
    const off = observer.subscribe(() => undefined);
    const refreshed = refreshQueries(client, ["documents"]);
    answers[0]?.("old");
    await vi.waitFor(() => {
      expect(answers).toHaveLength(2);
    });
    answers[1]?.("new");
    await refreshed;
    expect(client.getQueryData(["documents"])).toBe("new");
    off();
  });

  it("leaves immutable queries alone", async () => {
    const client = new QueryClient();
    const queryFn = vi.fn(() => Promise.resolve("image"));
    const observer = new QueryObserver(client, { queryKey: ["image"], queryFn, meta: { immutable: true } });
    const off = observer.subscribe(() => undefined);
    await client.fetchQuery({ queryKey: ["image"], queryFn });
    await refreshQueries(client);
    expect(queryFn).toHaveBeenCalledTimes(1);
    off();
  });
});

describe("useLiveRefresh", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  it("answers a burst of events with one refetch of each key", async () => {
    const client = new QueryClient();
    const invalidate = vi.spyOn(client, "invalidateQueries");
    const app = createApp(
      defineComponent({
        setup() {
          useLiveRefresh("document.uploaded", (event) => (event.customer_id === "c1" ? [["completeness", "c1"]] : []));
          return () => null;
        },
      }),
    );
    app.use(VueQueryPlugin, { queryClient: client });
    app.mount(document.createElement("div"));
    for (let index = 0; index < 20; index += 1) dispatchLiveEvent("document.uploaded", uploaded);
    dispatchLiveEvent("document.uploaded", { ...uploaded, customer_id: "c2" });
    await vi.advanceTimersByTimeAsync(100);
    expect(invalidate).toHaveBeenCalledTimes(1);
    expect(invalidate).toHaveBeenCalledWith(expect.objectContaining({ queryKey: ["completeness", "c1"] }));
    app.unmount();
  });
});
