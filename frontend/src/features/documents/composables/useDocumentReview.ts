import { computed, ref, toValue, watch, type MaybeRefOrGetter } from "vue";
import { useI18n } from "vue-i18n";

import { useFormat } from "@/shared/composables/useFormat";
import { describeError } from "@/shared/errors";
import { notify } from "@/shared/notify";

import { useAcceptDocument, useRejectDocument } from "../api";
import type { CustomerDocument } from "../model";

export const MESSAGE_LIMIT = 500;

interface ReviewOptions {
  /** Called with the id of the document decided on, for moving on to the next. */
  onDecided: (documentId: string) => void;
  /** How many pages of the open document were not on the screen yet. */
  unseen?: () => number;
  /** Facts that the open document was found to disagree with, in words. */
  differences?: () => readonly string[];
}

/** The reason that a difference between document and record stands for. */
const MISMATCH = "mismatch";

/** Accepting and turning down the document that is open; a second press while one is under way does nothing. */
export function useDocumentReview(
  document: MaybeRefOrGetter<CustomerDocument | null>,
  { onDecided, unseen = () => 0, differences = () => [] }: ReviewOptions,
) {
  const { t } = useI18n();
  const format = useFormat();
  const acceptance = useAcceptDocument();
  const rejection = useRejectDocument();

  const rejecting = ref(false);
  const reason = ref<string | null>(null);
  const message = ref("");
  const fault = ref("");
  /** Accepting was asked for with pages still unseen; asked again, it is done. */
  const warned = ref(false);

  const canAccept = computed(() => toValue(document)?.can.includes("accept") ?? false);
  const canReject = computed(() => toValue(document)?.can.includes("reject") ?? false);
  const busy = computed(() => acceptance.isPending.value || rejection.isPending.value);

  function closeForm() {
    rejecting.value = false;
    reason.value = null;
    message.value = "";
    fault.value = "";
  }

  watch(
    () => toValue(document)?.id,
    () => {
      closeForm();
      warned.value = false;
    },
  );
  watch([reason, message], () => (fault.value = ""));

  async function accept() {
    const current = toValue(document);
    if (!current || !canAccept.value || busy.value) return;
    if (unseen() > 0 && !warned.value) {
      warned.value = true;
      return;
    }
    try {
      await acceptance.mutateAsync(current.id);
      onDecided(current.id);
    } catch (error) {
      notify.error(describeError(error));
    }
  }

  /** Opens the form, with a reason if one is given; what was found to differ is its draft. */
  function startRejecting(code: string | null = null) {
    if (!canReject.value || busy.value) return;
    const found = differences();
    if (!rejecting.value && found.length > 0) {
      reason.value = MISMATCH;
      message.value = t("documents.desk.differs", { facts: format.list(found) });
    }
    if (code !== null) reason.value = code;
    rejecting.value = true;
  }

  async function reject() {
    const current = toValue(document);
    if (!current || !canReject.value || busy.value) return;
    const explanation = message.value.trim();
    if (reason.value === null) {
      fault.value = t("documents.reject.reason_missing");
      return;
    }
    if (reason.value === "other" && explanation === "") {
      fault.value = t("documents.reject.message_missing");
      return;
    }
    try {
      await rejection.mutateAsync({ id: current.id, reason_code: reason.value, message: explanation || null });
      closeForm();
      onDecided(current.id);
    } catch (error) {
      notify.error(describeError(error));
    }
  }

  return { canAccept, canReject, busy, warned, accept, rejecting, startRejecting, closeForm, reason, message, fault, reject };
}
