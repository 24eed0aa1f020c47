import { useQuery } from "@tanstack/vue-query";
import { computed } from "vue";

import { currentLocale } from "@/shared/i18n";
import { usePagedList } from "@/shared/composables/usePagedList";
import { useLiveRefresh } from "@/shared/realtime/live";

import { documentKeys, documentSource, documentTypesQuery } from "../api";
import { documentList, typeName } from "../model";

/** The documents of all customers, page by page, or the trash; kept live. */
export function useDocumentList() {
  const pages = usePagedList(documentList, documentSource);
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

  function titleOf(code: string): string {
    const type = types.value?.find((one) => one.code === code);
    return type ? typeName(type, currentLocale()) : code;
  }

  return {
    ...pages,
    types: computed(() => (types.value ?? []).map((type) => ({ code: type.code, title: typeName(type, currentLocale()) }))),
    titleOf,
  };
}
