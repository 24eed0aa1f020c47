import { useQuery } from "@tanstack/vue-query";
import { computed, watch } from "vue";

import { currentLocale } from "@/shared/i18n";
import { listParameters, useListState } from "@/shared/composables/useListState";
import { useLiveRefresh } from "@/shared/realtime/live";

import { documentKeys, documentPageQuery, documentTypesQuery, type DocumentListParameters } from "../api";
import { documentList, typeName } from "../model";

/** The documents of all customers, page by page, or the trash; kept live. */
export function useDocumentList() {
  const list = useListState(documentList);
  const request = computed(
    () =>
      ({
        ...listParameters(list.state.value),
        sort: [list.state.value.sort],
        page: list.state.value.page,
        limit: list.state.value.limit,
      }) as DocumentListParameters,
  );
  const query = useQuery(documentPageQuery(request));
  const { data: types } = useQuery(documentTypesQuery());

  useLiveRefresh(
    [
      "document.uploaded",
      "document.deleted",
      "document.restored",
      "document.reviewed",
      "document.ready",
      "document.failed",
      "customer.updated",
    ],
    () => [documentKeys.lists],
  );
  useLiveRefresh("document_types.changed", () => [documentKeys.types]);

  watch(query.data, (page) => {
    if (page && !query.isPlaceholderData.value && page.items.length === 0) list.clampTo(page.total);
  });

  function titleOf(code: string): string {
    const type = types.value?.find((one) => one.code === code);
    return type ? typeName(type, currentLocale()) : code;
  }

  return {
    list,
    types: computed(() => (types.value ?? []).map((type) => ({ code: type.code, title: typeName(type, currentLocale()) }))),
    titleOf,
    rows: computed(() => query.data.value?.items ?? []),
    total: computed(() => query.data.value?.total ?? 0),
    totalIsEstimate: computed(() => query.data.value?.total_is_estimate ?? false),
    ready: computed(() => query.data.value !== undefined),
    busy: query.isPlaceholderData,
    error: query.error,
    refetch: query.refetch,
  };
}
