import { useMutation, useQueryClient } from "@tanstack/vue-query";

import { createDictionaryEntry, deleteDictionaryEntry, reorderDictionary, updateDictionaryEntry } from "@/api/generated";
import { refreshQueries } from "@/shared/realtime/live";

import { dictionaryKeys } from "./api";
import type { EntryInput } from "./model";

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
