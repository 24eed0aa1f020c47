import { queryOptions, useQuery } from "@tanstack/vue-query";
import { computed, toValue, type MaybeRefOrGetter } from "vue";

import { countDictionaryUsage, listDictionaries } from "@/api/generated";
import { currentLocale } from "@/shared/i18n";

import { labelOf, type Entry } from "./model";

export const dictionaryKeys = {
  all: ["dictionaries"],
  list: ["dictionaries", "list"],
} as const;

const HOUR_MS = 3_600_000;

/** All dictionaries at once: they are small, and every page shows words of several. */
export function dictionariesQuery() {
  return queryOptions({
    queryKey: dictionaryKeys.list,
    queryFn: async ({ signal }) => (await listDictionaries({ signal, throwOnError: true })).data.items,
    staleTime: HOUR_MS,
  });
}

/** The words of one dictionary, for the pages that show and offer them; without a dictionary there are none. */
export function useDictionary(dictionary: MaybeRefOrGetter<string | null>) {
  const query = useQuery(dictionariesQuery());
  const entries = computed(
    () => query.data.value?.find(({ code }) => code === toValue(dictionary))?.entries ?? [],
  );
  const find = (code: unknown): Entry | undefined => entries.value.find((entry) => entry.code === String(code));

  /** What a code is called; itself when nobody knows it, and nothing before that is known. */
  function label(code: string | number): string {
    const entry = find(code);
    if (entry) return labelOf(entry, currentLocale());
    return query.data.value === undefined ? "" : String(code);
  }

  /** What can be chosen: the entries in use, and those that are chosen already. */
  function choices(chosen: readonly unknown[] = []): { value: string; label: string }[] {
    const kept = new Set(chosen.map(String));
    return entries.value
      .filter((entry) => entry.is_active || kept.has(entry.code))
      .map((entry) => ({ value: entry.code, label: labelOf(entry, currentLocale()) }));
  }

  return { label, choices, color: (code: string) => find(code)?.color ?? null };
}

/** Code → how many rows have the entry; for those who keep dictionaries. */
export function usageQuery(dictionary: MaybeRefOrGetter<string>) {
  return queryOptions({
    queryKey: ["dictionaries", "usage", dictionary],
    queryFn: async ({ signal }) => {
      const path = { dictionary: toValue(dictionary) };
      const { data } = await countDictionaryUsage({ path, signal, throwOnError: true });
      return new Map(data.items.map(({ code, count }) => [code, count]));
    },
  });
}
