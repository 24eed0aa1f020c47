import { onScopeDispose, reactive, ref } from "vue";
import { useI18n } from "vue-i18n";

import { useForm, type Sentences } from "@/shared/composables/useForm";

import { revealValue } from "../api";
import type { SecretField } from "../model";

/** A revealed value goes from the screen by itself after this long. */
const VISIBLE_MS = 60_000;

/** Asking for a masked value in clear: a reason first, then the value for a minute. */
export function useReveal(customerId: () => string) {
  const { t } = useI18n();
  const asking = ref<SecretField | null>(null);
  const revealed = reactive<Record<SecretField, string>>({ id_number: "", bank_account: "" });
  const timers = new Map<SecretField, ReturnType<typeof setTimeout>>();

  const form = useForm({
    blank: () => ({ reason: "" }),
    check: ({ reason }): Sentences => (reason.trim() ? {} : { reason: t("customers.reveal.reason_needed") }),
    send: async ({ reason }) => {
      const field = asking.value;
      return field && { field, value: await revealValue(customerId(), field, reason.trim()) };
    },
    onDone: (answer) => {
      // Whoever has closed the question meanwhile does not want to see it any more.
      if (answer === null || asking.value !== answer.field) return;
      revealed[answer.field] = answer.value;
      asking.value = null;
      clearTimeout(timers.get(answer.field));
      timers.set(answer.field, setTimeout(() => hide(answer.field), VISIBLE_MS));
    },
  });

  function ask(field: SecretField): void {
    form.reset();
    asking.value = field;
  }

  function hide(field: SecretField): void {
    clearTimeout(timers.get(field));
    revealed[field] = "";
  }

  onScopeDispose(() => {
    for (const timer of timers.values()) clearTimeout(timer);
  });

  return { ...form, asking, revealed, ask, hide };
}
