import { computed, ref, toValue, watch, type MaybeRefOrGetter } from "vue";
import { useI18n } from "vue-i18n";

import { describeError } from "@/shared/errors";
import { notify } from "@/shared/notify";

import { useAcceptDocument, useRejectDocument } from "../api";
import type { CustomerDocument } from "../model";

export const MESSAGE_LIMIT = 500;

interface ReviewOptions {
  /** Called with the id of the document decided on, for moving on to the next. */
  onDecided: (documentId: string) => void;
}

/** Accepting and turning down the document that is open; a second press while one is under way does nothing. */
export function useDocumentReview(
  document: MaybeRefOrGetter<CustomerDocument | null>,
  { onDecided }: ReviewOptions,
) {
  const { t } = useI18n();
  const acceptance = useAcceptDocument();
  const rejection = useRejectDocument();

  const rejecting = ref(false);
  const reason = ref<string | null>(null);
  const message = ref("");
  const fault = ref("");

  const canAccept = computed(() => toValue(document)?.can.includes("accept") ?? false);
  const canReject = computed(() => toValue(document)?.can.includes("reject") ?? false);
  const busy = computed(() => acceptance.isPending.value || rejection.isPending.value);

  function closeForm() {
    rejecting.value = false;
    reason.value = null;
    message.value = "";
    fault.value = "";
  }

  watch(() => toValue(document)?.id, closeForm);
  watch([reason, message], () => (fault.value = ""));

  async function accept() {
    const current = toValue(document);
    if (!current || !canAccept.value || busy.value) return;
    try {
      await acceptance.mutateAsync(current.id);
      onDecided(current.id);
    } catch (error) {
      notify.error(describeError(error));
    }
  }

  function startRejecting() {
    if (canReject.value && !busy.value) rejecting.value = true;
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

  return { canAccept, canReject, busy, accept, rejecting, startRejecting, closeForm, reason, message, fault, reject };
}
