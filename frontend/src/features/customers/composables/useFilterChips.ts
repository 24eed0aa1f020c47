import { computed } from "vue";
import { useI18n } from "vue-i18n";

import { useDictionary } from "@/features/dictionary/api";
import { useFormat } from "@/shared/composables/useFormat";
import { useSessionStore } from "@/shared/stores/session";

import type { CustomerFilters, CustomerRow } from "../model";

export interface FilterChip {
  key: string;
  label: string;
  /** The filters without this one. */
  rest: CustomerFilters;
}

/** Each set filter by its name, to be taken back one by one. */
export function useFilterChips(filtersOf: () => CustomerFilters, rows: () => readonly CustomerRow[]) {
  const { t } = useI18n();
  const session = useSessionStore();
  const format = useFormat();
  const levels = useDictionary("customer_level");

  /** A person's name as far as the rows tell it: all of them are that person's. */
  function nameOf(field: "manager_id" | "created_by_id", id: string): string {
    const people = rows().map((row) => (field === "manager_id" ? row.manager : row.created_by));
    return people.find((person) => person?.id === id)?.display_name ?? t("customers.filters.chosen_person");
  }

  return computed<FilterChip[]>(() => {
    const filters = filtersOf();
    const me = session.user?.id;
    const found: FilterChip[] = [];
    const add = (key: string, name: string, value: string, without: Partial<CustomerFilters>) =>
      found.push({ key, label: t("customers.filters.chip", { name, value }), rest: { ...filters, ...without } });

    if (filters.kind) add("kind", t("customers.fields.kind"), t(`customers.kinds.${filters.kind}`), { kind: "" });
    for (const level of filters.level) {
      const others = filters.level.filter((other) => other !== level);
      add(`level.${level}`, t("customers.fields.level"), levels.label(level), { level: others });
    }
    for (const field of ["manager_id", "created_by_id"] as const) {
      const id = filters[field];
      const name = t(field === "manager_id" ? "customers.fields.manager_id" : "customers.filters.created_by");
      if (id && id !== me) add(field, name, nameOf(field, id), { [field]: "" });
    }
    for (const field of ["created_from", "created_to"] as const) {
      if (filters[field]) add(field, t(`customers.filters.${field}`), format.date(filters[field]), { [field]: "" });
    }
    if (filters.area) add("area", t("customers.fields.area"), filters.area, { area: "" });
    return found;
  });
}
