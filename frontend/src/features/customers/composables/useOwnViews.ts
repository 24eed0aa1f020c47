import { computed } from "vue";
import { useI18n } from "vue-i18n";

import type { useListState } from "@/shared/composables/useListState";
import { useSessionStore } from "@/shared/stores/session";

import type { customerFilters } from "../model";

/** The two views everybody wants first, to be switched on and off. */
export function useOwnViews(list: ReturnType<typeof useListState<typeof customerFilters>>) {
  const { t } = useI18n();
  const session = useSessionStore();
  return computed(() => {
    const me = session.user?.id ?? "";
    const { filters } = list.state.value;
    return (["manager_id", "created_by_id"] as const).map((field) => ({
      field,
      label: t(`customers.filters.own.${field}`),
      pressed: filters[field] === me,
      toggle: () => list.setFilter(field, filters[field] === me ? "" : me),
    }));
  });
}
