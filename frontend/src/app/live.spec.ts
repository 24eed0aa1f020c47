import { hashKey, QueryClient, QueryObserver } from "@tanstack/vue-query";
import { afterEach, beforeEach, expect, it, vi } from "vitest";

import type { LiveEvent } from "@/api/generated";
import { createLiveDispatcher } from "@/shared/realtime/dispatcher";

import { liveRoutes } from "./live";

const at = "2026-11-21T01:02:03Z";
const screen = [
  ["customers", "detail", "c1"],
  ["customers", "list", "page", {}],
  ["customers", "counts", {}],
  ["documents", "checklist", "c1"],
  ["documents", "findings", "c1"],
  ["documents", "list", "page", {}],
  ["documents", "types"],
  ["cases", "history", "c1"],
  ["users", "list", "page", {}],
];

/** Which of the queries on a screen an event makes the features fetch anew. */
async function followers(event: LiveEvent): Promise<string[]> {
  const client = new QueryClient();
  const dispatcher = createLiveDispatcher(client);
  for (const routes of liveRoutes) dispatcher.add(routes);
  const fetched: string[] = [];
  for (const queryKey of screen) {
    const queryFn = () => {
      fetched.push(hashKey(queryKey.slice(0, 2)));
      return Promise.resolve(null);
    };
    new QueryObserver(client, { queryKey, queryFn, staleTime: Infinity }).subscribe(() => undefined);
  }
  await vi.advanceTimersByTimeAsync(0);
  fetched.length = 0;
  dispatcher.receive(event);
  await vi.advanceTimersByTimeAsync(3_000);
  dispatcher.stop();
  return fetched.map((key) => (JSON.parse(key) as string[]).join(".")).sort();
}

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

it("follows a change of the document types on open customers, too", async () => {
  const event: LiveEvent = { type: "document_types.changed", actor_id: "u1", customer_id: null, version: 2, document_type: "other", at };
  expect(await followers(event)).toEqual(["customers.counts", "customers.detail", "customers.list", "documents.checklist", "documents.types"]);
});

it("follows a document on its checklist and in the list of documents", async () => {
  const event: LiveEvent = { type: "document.uploaded", actor_id: "u1", customer_id: "c1", version: 1, document_id: "d1", at };
  expect(await followers(event)).toEqual(["documents.checklist", "documents.list"]);
  expect(await followers({ ...event, customer_id: "c2" })).toEqual(["documents.list"]);
});

it("follows the progress of a case on everything that shows it", async () => {
  const event: LiveEvent = { type: "progress.changed", actor_id: null, customer_id: "c1", version: 1, case_id: "k1", at };
  expect(await followers(event)).toEqual(["cases.history", "customers.counts", "customers.detail", "customers.list", "documents.checklist"]);
});

it("follows an account in the list of accounts", async () => {
  const event: LiveEvent = { type: "user.updated", actor_id: "u1", customer_id: null, version: 2, user_id: "u2", at };
  expect(await followers(event)).toEqual(["users.list"]);
});

it("follows what reviewers find on the documents of the customer alone", async () => {
  const event: LiveEvent = { type: "finding.changed", actor_id: "u1", customer_id: "c1", version: null, document_id: "d1", at };
  expect(await followers(event)).toEqual(["documents.findings"]);
});
