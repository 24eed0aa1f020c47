import { computed, toValue, watch, type MaybeRefOrGetter } from "vue";
import { useRoute, useRouter } from "vue-router";

import { neighbourPage, type CustomerDocument, type ViewerPlace } from "../model";

function text(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

/**
 * Which document and page of a list is open. It stands in the address (`?document=…&leaf=2`), so that Back closes the
 * viewer and a colleague can be sent a link to the very page.
 */
export function useDocumentViewer<T extends CustomerDocument>(documents: MaybeRefOrGetter<readonly T[]>) {
  const route = useRoute();
  const router = useRouter();
  const path = route.path;

  const documentId = computed(() => (route.path === path ? text(route.query["document"]) : null));
  const isOpen = computed(() => documentId.value !== null);
  const index = computed(() => toValue(documents).findIndex((document) => document.id === documentId.value));
  const document = computed<T | null>(() => toValue(documents)[index.value] ?? null);
  const page = computed(() => {
    const wanted = Number(text(route.query["leaf"]) ?? 1);
    const last = document.value?.page_count ?? 1;
    return Number.isInteger(wanted) ? Math.min(Math.max(1, wanted), Math.max(1, last)) : 1;
  });
  const place = computed<ViewerPlace>(() => ({ documentId: documentId.value ?? "", page: page.value }));

  function queryOf({ documentId: id, page: leaf }: ViewerPlace) {
    const rest = { ...route.query };
    delete rest["leaf"];
    return { ...rest, document: id, ...(leaf > 1 ? { leaf: String(leaf) } : {}) };
  }

  function open(id: string, leaf = 1) {
    void router.push({ query: queryOf({ documentId: id, page: leaf }), hash: route.hash, state: { viewer: true } });
  }

  function go(to: ViewerPlace | null) {
    if (to) void router.replace({ query: queryOf(to), hash: route.hash, state: { viewer: window.history.state?.viewer } });
  }

  /** Leaves by Back when the viewer was opened on this page, so that Back does not open it a second time. */
  function close() {
    if (window.history.state?.viewer) {
      router.back();
      return;
    }
    const query = { ...route.query };
    delete query["document"];
    delete query["leaf"];
    void router.replace({ query, hash: route.hash });
  }

  function goDocument(step: 1 | -1) {
    const next = toValue(documents)[index.value + step];
    if (index.value >= 0 && next) go({ documentId: next.id, page: 1 });
  }

  const neighbours = computed(() => ({
    previousPage: neighbourPage(toValue(documents), place.value, -1),
    nextPage: neighbourPage(toValue(documents), place.value, 1),
    previousDocument: index.value > 0,
    nextDocument: index.value >= 0 && index.value < toValue(documents).length - 1,
  }));

  // While the viewer is open the page behind must not scroll under the fingers.
  watch(
    isOpen,
    (open, _before, onCleanup) => {
      if (!open) return;
      const { overflow } = window.document.body.style;
      window.document.body.style.overflow = "hidden";
      onCleanup(() => (window.document.body.style.overflow = overflow));
    },
    { immediate: true },
  );

  return {
    isOpen,
    document,
    page,
    index,
    neighbours,
    open,
    go,
    close,
    goDocument,
    turnPage: (step: 1 | -1) => {
      go(step === 1 ? neighbours.value.nextPage : neighbours.value.previousPage);
    },
  };
}
