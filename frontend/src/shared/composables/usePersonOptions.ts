import { keepPreviousData, queryOptions, useQuery } from "@tanstack/vue-query";
import { computed, ref, toValue, watch, type MaybeRefOrGetter } from "vue";

import { listUserOptions, type PersonOption } from "@/api/generated";

import { debounce } from "../utils/debounce";

const SEARCH_DELAY_MS = 300;

/** The first people whose name matches. */
export function personOptionsQuery(q: MaybeRefOrGetter<string>) {
  return queryOptions({
    queryKey: ["users", "options", q],
    queryFn: async ({ signal }) => {
      const query = toValue(q) ? { q: toValue(q) } : {};
      return (await listUserOptions({ query, signal, throwOnError: true })).data.items;
    },
    staleTime: 5 * 60_000,
    placeholderData: keepPreviousData,
  });
}

/** People to choose from while typing a name; the one chosen already is always among them. */
export function usePersonOptions(chosen: MaybeRefOrGetter<PersonOption | null | undefined>) {
  const search = ref("");
  const typed = ref("");
  const settle = debounce((next: string) => {
    typed.value = next;
  }, SEARCH_DELAY_MS);
  watch(search, settle);
  const { data, isFetching } = useQuery(personOptionsQuery(typed));
  const options = computed(() => {
    const found = data.value ?? [];
    const current = toValue(chosen);
    return current && !found.some((person) => person.id === current.id) ? [current, ...found] : found;
  });
  return { search, options, loading: isFetching };
}
