import { computed, ref, toValue, type MaybeRefOrGetter } from "vue";

import type { Verdict, ViewerPlace } from "../model";

/** What an open page is best compared with: the same type's other document, the back of the front, the next page. */
function counterpart(verdicts: readonly Verdict[], open: ViewerPlace): ViewerPlace | null {
  const index = verdicts.findIndex(({ document }) => document.id === open.documentId);
  const current = verdicts[index]?.document;
  if (!current) return null;
  const others = verdicts.map(({ document }) => document).filter(({ id }) => id !== current.id);
  const sameType = others.filter(({ document_type }) => document_type === current.document_type).at(-1);
  if (sameType) return { documentId: sameType.id, page: Math.min(open.page, Math.max(1, sameType.page_count)) };
  if (open.page < current.page_count) return { documentId: current.id, page: open.page + 1 };
  const neighbour = verdicts[index + 1] ?? verdicts[index - 1];
  return neighbour ? { documentId: neighbour.document.id, page: 1 } : null;
}

/** A second page beside the open one. */
export function useComparison(verdicts: MaybeRefOrGetter<readonly Verdict[]>, open: MaybeRefOrGetter<ViewerPlace>) {
  const compared = ref<ViewerPlace | null>(null);

  const choices = computed(() =>
    toValue(verdicts).flatMap(({ document, title }) =>
      Array.from({ length: Math.max(1, document.page_count) }, (_, index) => ({
        value: `${document.id}/${index + 1}`,
        title,
        filename: document.filename,
        page: index + 1,
        count: document.page_count,
      })),
    ),
  );
  const document = computed(
    () => toValue(verdicts).find((verdict) => verdict.document.id === compared.value?.documentId)?.document ?? null,
  );

  return {
    document,
    page: computed(() => compared.value?.page ?? 1),
    choices,
    chosen: computed({
      get: () => (compared.value ? `${compared.value.documentId}/${compared.value.page}` : ""),
      set: (value: string) => {
        const [documentId = "", page = "1"] = value.split("/");
        compared.value = { documentId, page: Number(page) };
      },
    }),
    turnPage: (step: 1 | -1) => {
      const current = compared.value;
      const last = document.value?.page_count ?? 1;
      if (current) compared.value = { ...current, page: Math.min(last, Math.max(1, current.page + step)) };
    },
    toggle: () => {
      compared.value = compared.value ? null : counterpart(toValue(verdicts), toValue(open));
    },
    close: () => {
      compared.value = null;
    },
  };
}
