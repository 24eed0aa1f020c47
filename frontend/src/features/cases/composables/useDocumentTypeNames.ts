import { useQuery } from "@tanstack/vue-query";
import { computed } from "vue";

import { documentTypesQuery } from "@/features/documents/api";
import { typeName } from "@/features/documents/model";
import { currentLocale } from "@/shared/i18n";

/** The active document types with their names in the language of the page. */
export function useDocumentTypeNames() {
  const { data } = useQuery(documentTypesQuery());
  const types = computed(() =>
    (data.value ?? []).map((type) => ({ code: type.code, name: typeName(type, currentLocale()), isActive: type.is_active })),
  );
  const names = computed(() => new Map(types.value.map((type) => [type.code, type.name])));

  return {
    choices: computed(() => types.value.filter((type) => type.isActive)),
    nameOf: (code: string): string => names.value.get(code) ?? code,
  };
}
