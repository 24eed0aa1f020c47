import { computed, ref, toValue, watch, type MaybeRefOrGetter } from "vue";

import { describeError } from "@/shared/errors";
import { notify } from "@/shared/notify";
import { useSessionStore } from "@/shared/stores/session";
import { randomUuid } from "@/shared/utils/uuid";

import { useAnnotate, useRemoveAnnotation } from "../api";
import type { Annotation, CustomerDocument, Rectangle } from "../model";

export const NOTE_LIMIT = 200;

interface Sources {
  customerId: MaybeRefOrGetter<string>;
  annotations: MaybeRefOrGetter<readonly Annotation[]>;
  document: MaybeRefOrGetter<CustomerDocument | null>;
  page: MaybeRefOrGetter<number>;
}

/** The notes on the open page; drawing a rectangle asks for its words and keeps both. */
export function useAnnotations({ customerId, annotations, document, page }: Sources) {
  const session = useSessionStore();
  const annotation = useAnnotate(customerId);
  const removal = useRemoveAnnotation(customerId);

  const drawing = ref(false);
  const drawn = ref<Rectangle | null>(null);
  const note = ref("");
  let key = "";

  const onDocument = computed(() => toValue(annotations).filter((one) => one.document_id === toValue(document)?.id));
  const onPage = computed(() => onDocument.value.filter((one) => one.page === toValue(page)));

  function discard() {
    drawn.value = null;
    note.value = "";
  }

  function stop() {
    drawing.value = false;
    discard();
  }

  watch(() => [toValue(document)?.id, toValue(page)], stop);

  function take(rectangle: Rectangle) {
    drawn.value = rectangle;
    note.value = "";
    key = randomUuid();
  }

  async function save() {
    const open = toValue(document);
    const words = note.value.trim();
    if (!open || !drawn.value || !words || annotation.isPending.value) return;
    try {
      await annotation.mutateAsync({ documentId: open.id, key, page: toValue(page), note: words, ...drawn.value });
      stop();
    } catch (error) {
      notify.error(describeError(error));
    }
  }

  async function remove({ document_id, id }: Annotation) {
    try {
      await removal.mutateAsync({ documentId: document_id, id });
    } catch (error) {
      notify.error(describeError(error));
    }
  }

  return {
    onDocument,
    onPage,
    drawing,
    drawn,
    note,
    busy: annotation.isPending,
    isMine: (one: Annotation) => one.author.id === session.user?.id,
    toggle: () => {
      if (drawing.value) stop();
      else drawing.value = true;
    },
    take,
    discard,
    stop,
    save,
    remove,
  };
}
