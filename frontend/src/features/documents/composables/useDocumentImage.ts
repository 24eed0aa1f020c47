import { useQuery } from "@tanstack/vue-query";
import { computed, onScopeDispose, ref, toValue, watch, type MaybeRefOrGetter } from "vue";

import { contentQuery } from "../api";
import type { CustomerDocument } from "../model";

type Pictured = Pick<CustomerDocument, "id" | "processing">;

/**
 * The picture of one page as an object URL, because an `<img>` cannot send the bearer token.
 *
 * Waits while the server is still making the picture; the URL is revoked when it is no longer shown.
 */
export function useDocumentImage(
  document: MaybeRefOrGetter<Pictured>,
  variant: "thumbnail" | "preview",
  page: MaybeRefOrGetter<number> = 1,
) {
  const processing = computed(() => toValue(document).processing);
  const request = computed(() => ({ id: toValue(document).id, variant, page: toValue(page) }));
  const query = useQuery({ ...contentQuery(request), enabled: () => processing.value === "ready" });

  const url = ref<string | null>(null);
  function show(blob: Blob | undefined) {
    if (url.value !== null) URL.revokeObjectURL(url.value);
    url.value = blob ? URL.createObjectURL(blob) : null;
  }
  watch(query.data, show, { immediate: true });
  onScopeDispose(() => {
    show(undefined);
  });

  const state = computed(() => {
    if (processing.value === "failed" || query.isError.value) return "failed" as const;
    if (processing.value === "queued") return "processing" as const;
    return url.value === null ? ("loading" as const) : ("ready" as const);
  });

  return { url, state, retry: () => void query.refetch() };
}
