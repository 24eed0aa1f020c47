import { useQueryClient } from "@tanstack/vue-query";
import { computed, toValue, watch, type MaybeRefOrGetter } from "vue";
import { useRoute, useRouter } from "vue-router";

import { contentQuery } from "../api";
import { neighbourPage, nextToReview, type CustomerDocument, type ViewerPlace } from "../model";

const SUMMARY = "summary";

function text(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

/**
 * Where a review stands: which document and page are open, or its end. It is kept in the address
 * (`?document=…&leaf=2`, `?step=summary`), so that a colleague can be sent a link to the very page.
 */
export function useReviewPlace(documents: MaybeRefOrGetter<readonly CustomerDocument[]>) {
  const route = useRoute();
  const router = useRouter();
  const client = useQueryClient();
  const path = route.path;

  const atSummary = computed(() => route.query["step"] === SUMMARY);
  const documentId = computed(() => text(route.query["document"]));
  const index = computed(() => toValue(documents).findIndex((document) => document.id === documentId.value));
  const document = computed(() => toValue(documents)[index.value] ?? null);
  const page = computed(() => {
    const wanted = Number(text(route.query["leaf"]) ?? 1);
    const last = Math.max(1, document.value?.page_count ?? 1);
    return Number.isInteger(wanted) ? Math.min(Math.max(1, wanted), last) : 1;
  });
  const place = computed<ViewerPlace>(() => ({ documentId: documentId.value ?? "", page: page.value }));

  function go(to: ViewerPlace | null) {
    if (!to) return;
    const query = { document: to.documentId, ...(to.page > 1 ? { leaf: String(to.page) } : {}) };
    void router.replace({ query });
  }

  function goDocument(step: 1 | -1) {
    const next = toValue(documents)[index.value + step];
    if (index.value >= 0 && next) go({ documentId: next.id, page: 1 });
  }

  function openSummary() {
    void router.replace({ query: { ...(documentId.value ? { document: documentId.value } : {}), step: SUMMARY } });
  }

  /** Moves on to what waits for a decision, and to the end when nothing does. */
  function goOn(afterId: string) {
    const next = nextToReview(toValue(documents), afterId);
    if (next) go({ documentId: next.id, page: 1 });
    else openSummary();
  }

  // Without a document in the address, or with one that is gone, begin where work waits.
  watch(
    () => toValue(documents).length > 0 && !atSummary.value && document.value === null && route.path === path,
    (lost) => {
      if (!lost) return;
      const first = nextToReview(toValue(documents), "") ?? toValue(documents)[0];
      if (first) go({ documentId: first.id, page: 1 });
    },
    { immediate: true },
  );

  const neighbours = computed(() => ({
    previousPage: neighbourPage(toValue(documents), place.value, -1),
    nextPage: neighbourPage(toValue(documents), place.value, 1),
  }));

  // The next page is there before it is asked for.
  watch(
    () => neighbours.value.nextPage,
    (next) => {
      const ready = toValue(documents).find((one) => one.id === next?.documentId)?.processing === "ready";
      if (next && ready) void client.prefetchQuery(contentQuery({ id: next.documentId, variant: "preview", page: next.page }));
    },
    { immediate: true },
  );

  return {
    document,
    page,
    index,
    atSummary,
    neighbours,
    go,
    goDocument,
    goOn,
    openSummary,
    turnPage: (step: 1 | -1) => {
      go(step === 1 ? neighbours.value.nextPage : neighbours.value.previousPage);
    },
  };
}
