import { useQuery } from "@tanstack/vue-query";
import { computed } from "vue";

import { currentLocale } from "@/shared/i18n";
import { usePagedList } from "@/shared/composables/usePagedList";

import { documentSource, documentTypesQuery } from "../api";
import { documentList, typeName } from "../model";

/** The documents of all customers, page by page, or the trash; kept live. */
export function useDocumentList() {
  const pages = usePagedList(documentList, documentSource);
  const { data: types } = useQuery(documentTypesQuery());

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
