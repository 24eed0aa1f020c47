import { queryOptions, useMutation, useQueryClient } from "@tanstack/vue-query";
import { toValue, type MaybeRefOrGetter } from "vue";

import {
  countDictionaryUsage,
  createDictionaryEntry,
  deleteDictionaryEntry,
  listDictionaries,
  reorderDictionary,
  updateDictionaryEntry,
} from "@/api/generated";
import { refreshQueries } from "@/shared/realtime/live";

import type { EntryInput } from "./model";

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

interface EntryPath {
  dictionary: string;
  code: string;
}

function useRefreshingMutation<Variables>(mutationFn: (variables: Variables) => Promise<unknown>) {
  const client = useQueryClient();
  return useMutation({ mutationFn, onSettled: () => refreshQueries(client, dictionaryKeys.all) });
}

export const useCreateEntry = () =>
  useRefreshingMutation(({ dictionary, key, ...body }: EntryPath & EntryInput & { key: string }) =>
    createDictionaryEntry({ path: { dictionary }, body, headers: { "Idempotency-Key": key }, throwOnError: true }),
  );

export const useUpdateEntry = () =>
  useRefreshingMutation(({ dictionary, code, version, ...body }: EntryPath & EntryInput & { version: number }) =>
    updateDictionaryEntry({
      path: { dictionary, code },
      body,
      headers: { "If-Match": `"${version}"` },
      throwOnError: true,
    }),
  );

export const useDeleteEntry = () =>
  useRefreshingMutation((path: EntryPath) => deleteDictionaryEntry({ path, throwOnError: true }));

export const useReorder = () =>
  useRefreshingMutation(({ dictionary, codes }: { dictionary: string; codes: string[] }) =>
    reorderDictionary({ path: { dictionary }, body: { codes }, throwOnError: true }),
  );
