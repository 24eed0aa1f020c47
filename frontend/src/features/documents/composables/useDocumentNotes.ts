import { useQuery } from "@tanstack/vue-query";
import { computed, toValue, type MaybeRefOrGetter } from "vue";

import { findingsQuery } from "../api";
import type { CustomerDocument } from "../model";

/** What reviewers noted on the document that is open, to be read. */
export function useDocumentNotes(document: MaybeRefOrGetter<CustomerDocument | null>, page: MaybeRefOrGetter<number>) {
  const customerId = computed(() => toValue(document)?.customer_id ?? "");
  const query = useQuery({ ...findingsQuery(customerId), enabled: () => customerId.value !== "" });
  const onDocument = computed(() =>
    (query.data.value?.annotations ?? []).filter((note) => note.document_id === toValue(document)?.id),
  );

  return { onDocument, onPage: computed(() => onDocument.value.filter((note) => note.page === toValue(page))) };
}
