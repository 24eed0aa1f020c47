import { QueryClient, QueryObserver } from "@tanstack/vue-query";
import { describe, expect, it, vi } from "vitest";
import { effectScope } from "vue";

import { dispatchLiveEvent, onEveryLiveEvent, onLiveEvent, refreshQueries } from "./live";

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

  it("passes over data that is no object", () => {
    const handler = vi.fn();
    const off = onEveryLiveEvent(handler);
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
