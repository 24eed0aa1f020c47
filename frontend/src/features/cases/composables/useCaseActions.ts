import { useQueryClient } from "@tanstack/vue-query";
import { computed, ref, toValue, type MaybeRefOrGetter } from "vue";
import { useI18n } from "vue-i18n";

import { customerKeys } from "@/features/customers/api";
import { useForm, type Sentences } from "@/shared/composables/useForm";
import { describeError } from "@/shared/errors";
import type { PageAction } from "@/shared/manifest";
import { notify } from "@/shared/notify";

import { moveCase, storeMoved } from "../api";
import { actionTones, documentsToSubmit, offeredActions, type CaseAction, type CaseCustomer } from "../model";

const reasonNeeded: ReadonlySet<CaseAction> = new Set(["reject", "return", "reopen"]);

/**
 * Moving a case along: which moves are offered, the dialog that asks for the reason, and what to
 * say when the move is no longer possible.
 *
 * `typeName` gives the name of a document type by its code.
 */
export function useCaseActions(
  customer: MaybeRefOrGetter<CaseCustomer | undefined>,
  typeName: (code: string) => string,
) {
  const { t } = useI18n();
  const client = useQueryClient();
  const action = ref<CaseAction | null>(null);
  const needsReason = computed(() => action.value !== null && reasonNeeded.has(action.value));

  const form = useForm({
    blank: () => ({ reason: "", final: false, document_types: [] as string[] }),
    check: ({ reason }): Sentences =>
      needsReason.value && !reason.trim() ? { reason: t("cases.reason_needed") } : {},
    send: async (values) => {
      const current = toValue(customer);
      if (!current || action.value === null) return null;
      return moveCase(current.id, { ...values, reason: values.reason.trim(), action: action.value });
    },
    onDone: async (moved) => {
      if (moved === null) return;
      notify.success(t(`cases.done.${action.value}`));
      action.value = null;
      await storeMoved(client, moved);
    },
    onRefused: async (error) => {
      if (error.code === "case.illegal_move") {
        action.value = null;
        notify.warning(describeError(error));
        await client.invalidateQueries({ queryKey: customerKeys.detail(toValue(customer)?.id ?? "") });
      } else if (error.code === "case.not_all_accepted") {
        const codes = error.members["document_types"];
        const names = Array.isArray(codes) ? codes.map((code) => typeName(String(code))).join("、") : "";
        form.failure.value = t("cases.not_all_accepted", { names });
      } else {
        return false;
      }
      return true;
    },
  });

  const offered = computed<PageAction[]>(() => {
    const actions = offeredActions(toValue(customer)?.can ?? []).map((name): PageAction => ({
      name,
      label: t(`cases.actions.${name}`),
      tone: actionTones[name],
      prominent: name === "submit",
      run: () => start(name),
    }));
    return [...notYet.value, ...actions];
  });

  /** Submitting is seen before it is possible, with what it waits for. */
  const notYet = computed<PageAction[]>(() => {
    const count = documentsToSubmit(toValue(customer));
    if (count === 0) return [];
    const blocked = t("cases.to_submit", { count });
    const explain = () => notify.info(t("cases.to_submit_first", { count }));
    return [{ name: "submit", label: t("cases.actions.submit"), tone: "neutral", prominent: true, blocked, run: explain }];
  });

  function start(next: CaseAction): void {
    form.reset();
    action.value = next;
  }

  function cancel(): void {
    if (!form.pending.value) action.value = null;
  }

  return { ...form, offered, action, needsReason, start, cancel };
}
