import { useQuery } from "@tanstack/vue-query";
import { refDebounced } from "@vueuse/core";
import { computed, ref, toValue, type MaybeRefOrGetter } from "vue";

import { userOptionsQuery } from "@/features/users/api";

/** People to choose from while typing a name; the one chosen already is always among them. */
export function usePersonOptions(chosen: MaybeRefOrGetter<{ id: string; display_name: string } | null | undefined>) {
  const search = ref("");
  const { data, isFetching } = useQuery(userOptionsQuery(refDebounced(search, 300)));
  const options = computed(() => {
    const found = data.value ?? [];
    const current = toValue(chosen);
    return current && !found.some((person) => person.id === current.id) ? [current, ...found] : found;
  });
  return { search, options, loading: isFetching };
}
