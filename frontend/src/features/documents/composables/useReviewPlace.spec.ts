import { flushPromises } from "@vue/test-utils";
import { expect, it } from "vitest";
import { ref } from "vue";

import { runInApp } from "@/shared/testing/run-in-app";

import type { CustomerDocument } from "../model";
import { sampleDocument } from "../testing/samples";
import { useReviewPlace } from "./useReviewPlace";

const queued = { processing: "queued" } as const;
const documents = [
  sampleDocument({ id: "a", review_status: "accepted", can: ["reject"], ...queued }),
  sampleDocument({ id: "b", page_count: 3, ...queued }),
  sampleDocument({ id: "c", ...queued }),
];

async function open(path: string, list: CustomerDocument[] = documents) {
  const found = await runInApp(() => useReviewPlace(list), path);
  await flushPromises();
  return { ...found, query: () => found.router.currentRoute.value.query };
}

it("begins where work waits", async () => {
  expect((await open("/review")).query()).toEqual({ document: "b" });
});

it("begins where work waits when the document of the address is gone", async () => {
  expect((await open("/review?document=zzz")).query()).toEqual({ document: "b" });
});

it("opens the page of the address", async () => {
  const { result } = await open("/review?document=b&leaf=2");
  expect([result.document.value?.id, result.page.value]).toEqual(["b", 2]);
});

it("goes on to what waits, and to the summary when nothing does", async () => {
  const { result, query } = await open("/review?document=b");
  result.goOn("b");
  await flushPromises();
  expect(query()).toEqual({ document: "c" });

  const finished = await open("/review?document=a", documents.map((one) => ({ ...one, review_status: "accepted" })));
  finished.result.goOn("a");
  await flushPromises();
  expect(finished.result.atSummary.value).toBe(true);
});

it("stays at the summary while the documents change", async () => {
  const list = ref(documents);
  const { result, router } = await runInApp(() => useReviewPlace(list), "/review?step=summary");
  list.value = [...documents];
  await flushPromises();
  expect(result.atSummary.value).toBe(true);
  expect(router.currentRoute.value.query).toEqual({ step: "summary" });
});

it("turns pages on into the next document", async () => {
  const { result, query } = await open("/review?document=b&leaf=3");
  result.turnPage(1);
  await flushPromises();
  expect(query()).toEqual({ document: "c" });
});
