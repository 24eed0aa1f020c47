import { onScopeDispose, ref, toValue, watch, type MaybeRefOrGetter } from "vue";
import { useI18n } from "vue-i18n";

import type { ProtectedValues } from "@/api/generated";
import { useForm, type Sentences } from "@/shared/composables/useForm";

import { revealForCase } from "../api";
import type { RevealPurpose } from "../model";

/** One question for all protected values of a customer; they are shown until the case is left. */
export function useCaseReveal(customerId: MaybeRefOrGetter<string>) {
  const { t } = useI18n();
  const asking = ref(false);
  const revealed = ref<ProtectedValues | null>(null);

  const form = useForm({
    blank: () => ({ purpose: "check_documents" as RevealPurpose, note: "" }),
    check: ({ purpose, note }): Sentences =>
      purpose === "other" && !note.trim() ? { note: t("documents.desk.reveal.note_missing") } : {},
    send: ({ purpose, note }) => revealForCase(toValue(customerId), { purpose, note: note.trim() || null }),
    onDone: (values) => {
      // Whoever has closed the question meanwhile does not want to see the answer any more.
      if (asking.value) revealed.value = values;
      asking.value = false;
    },
  });

  function ask() {
    form.reset();
    asking.value = true;
  }

  function forget() {
    asking.value = false;
    revealed.value = null;
  }

  watch(() => toValue(customerId), forget);
  onScopeDispose(forget);

  return { ...form, asking, revealed, ask };
}
