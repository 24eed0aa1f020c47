import { computed, reactive, toValue, watch, type MaybeRefOrGetter } from "vue";

import type { CustomerDocument } from "../model";

/** Which pages of the documents were on the screen since the review was opened. */
export function useSeenPages(document: MaybeRefOrGetter<CustomerDocument | null>, page: MaybeRefOrGetter<number>) {
  const seen = reactive(new Map<string, Set<number>>());

  watch(
    [() => toValue(document)?.id, () => toValue(page)],
    ([id, shown]) => {
      if (id) seen.set(id, new Set(seen.get(id)).add(shown ?? 1));
    },
    { immediate: true },
  );

  /** How many pages of the open document nobody has looked at here. */
  const unseen = computed(() => {
    const open = toValue(document);
    return open ? Math.max(0, open.page_count - (seen.get(open.id)?.size ?? 0)) : 0;
  });

  return { unseen, isSeen: (id: string, one: number) => seen.get(id)?.has(one) ?? false };
}
