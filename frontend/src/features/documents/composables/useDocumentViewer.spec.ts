import { flushPromises } from "@vue/test-utils";
import { describe, expect, it } from "vitest";

import { runInApp } from "@/shared/testing/run-in-app";

import { sampleDocument } from "../testing/samples";
import { useDocumentViewer } from "./useDocumentViewer";

const documents = [
  sampleDocument({ id: "a", page_count: 3 }),
  sampleDocument({ id: "b", review_status: "accepted", can: [] }),
  sampleDocument({ id: "c" }),
];

const open = (path: string) => runInApp(() => useDocumentViewer(documents), path);

describe("useDocumentViewer", () => {
  it("opens what the address names, at its page", async () => {
    const { result } = await open("/pc/customers/1?document=a&leaf=2");
    expect(result.isOpen.value).toBe(true);
    expect(result.document.value?.id).toBe("a");
    expect(result.page.value).toBe(2);
  });

  it.each([
    ["leaf=9", 3],
    ["leaf=0", 1],
    ["leaf=x", 1],
  ])("takes %s for page %d of 3", async (leaf, page) => {
    const { result } = await open(`/pc/customers/1?document=a&${leaf}`);
    expect(result.page.value).toBe(page);
  });

  it("stays open without a document when the one named is gone", async () => {
    const { result } = await open("/pc/customers/1?document=zzz");
    expect(result.isOpen.value).toBe(true);
    expect(result.document.value).toBeNull();
  });

  it("turns pages into the next document and keeps the rest of the address", async () => {
    const { result, router } = await open("/pc/documents?q=流水&document=a&leaf=3");
    result.turnPage(1);
    await flushPromises();
    expect(router.currentRoute.value.query).toEqual({ q: "流水", document: "b" });
    result.turnPage(-1);
    await flushPromises();
    expect(router.currentRoute.value.query).toEqual({ q: "流水", document: "a", leaf: "3" });
  });

  it("does not run over the ends", async () => {
    const { result, router } = await open("/?document=c");
    result.turnPage(1);
    result.goDocument(1);
    await flushPromises();
    expect(router.currentRoute.value.query).toEqual({ document: "c" });
    expect(result.neighbours.value).toMatchObject({ nextPage: null, nextDocument: false, previousDocument: true });
  });

  it("closes by taking itself out of the address it was opened with", async () => {
    const { result, router } = await open("/pc/documents?q=流水&document=a&leaf=2");
    result.close();
    await flushPromises();
    expect(router.currentRoute.value.query).toEqual({ q: "流水" });
    expect(result.isOpen.value).toBe(false);
  });

  it("keeps the page behind still while it is open", async () => {
    const { result, unmount } = await open("/");
    result.open("a");
    await flushPromises();
    expect(document.body.style.overflow).toBe("hidden");
    unmount();
    expect(document.body.style.overflow).toBe("");
  });
});
