import { keepPreviousData, queryOptions, useQuery } from "@tanstack/vue-query";
import { refDebounced } from "@vueuse/core";
import { computed, ref, toValue, type MaybeRefOrGetter } from "vue";

import { listUserOptions, type PersonOption } from "@/api/generated";

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
  const { data, isFetching } = useQuery(personOptionsQuery(refDebounced(search, SEARCH_DELAY_MS)));
  const options = computed(() => {
    const found = data.value ?? [];
    const current = toValue(chosen);
    return current && !found.some((person) => person.id === current.id) ? [current, ...found] : found;
  });
  return { search, options, loading: isFetching };
}
