import { onScopeDispose, reactive, ref } from "vue";
import { useI18n } from "vue-i18n";

import { describeError } from "@/shared/errors";

import { revealValue } from "../api";
import type { SecretField } from "../model";

/** A revealed value goes from the screen by itself after this long. */
const VISIBLE_MS = 60_000;

/** Asking for a masked value in clear: a reason first, then the value for a minute. */
export function useReveal(customerId: () => string) {
  const { t } = useI18n();
  const asking = ref<SecretField | null>(null);
  const reason = ref("");
  const failure = ref("");
  const pending = ref(false);
  const revealed = reactive<Record<SecretField, string>>({ id_number: "", bank_account: "" });
  const timers = new Map<SecretField, ReturnType<typeof setTimeout>>();

  function ask(field: SecretField): void {
    asking.value = field;
    reason.value = "";
    failure.value = "";
  }

  function hide(field: SecretField): void {
    clearTimeout(timers.get(field));
    revealed[field] = "";
  }

  async function submit(): Promise<void> {
    const field = asking.value;
    if (field === null || pending.value) return;
    if (!reason.value.trim()) {
      failure.value = t("customers.reveal.reason_needed");
      return;
    }
    pending.value = true;
    try {
      revealed[field] = await revealValue(customerId(), field, reason.value.trim());
      asking.value = null;
      timers.set(field, setTimeout(() => hide(field), VISIBLE_MS));
    } catch (error) {
      failure.value = describeError(error);
    } finally {
      pending.value = false;
    }
  }

  onScopeDispose(() => {
    for (const timer of timers.values()) clearTimeout(timer);
  });

  return { asking, reason, failure, pending, revealed, ask, hide, submit };
}
