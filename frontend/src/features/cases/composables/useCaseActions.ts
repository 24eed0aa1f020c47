import { useQueryClient } from "@tanstack/vue-query";
import { computed, reactive, ref, toValue, type MaybeRefOrGetter } from "vue";
import { useI18n } from "vue-i18n";

import { describeError } from "@/shared/errors";
import { isApiError } from "@/api/problem";
import { customerKeys } from "@/features/customers/api";
import type { PageAction } from "@/shared/manifest";
import { notify } from "@/shared/notify";

import { moveCase, storeMoved } from "../api";
import { actionTones, offeredActions, type CaseAction, type CaseCustomer } from "../model";

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
  const values = reactive({ reason: "", final: false, documentTypes: [] as string[] });
  const reasonError = ref("");
  const failure = ref("");
  const pending = ref(false);
  const offered = computed<PageAction[]>(() =>
    offeredActions(toValue(customer)?.can ?? []).map((name) => ({
      name,
      label: t(`cases.actions.${name}`),
      tone: actionTones[name],
      prominent: name === "submit",
      run: () => start(name),
    })),
  );

  function start(next: CaseAction): void {
    Object.assign(values, { reason: "", final: false, documentTypes: [] });
    reasonError.value = "";
    failure.value = "";
    action.value = next;
  }

  function cancel(): void {
    if (!pending.value) action.value = null;
  }

  async function submit(): Promise<void> {
    const current = toValue(customer);
    if (!current || action.value === null || pending.value) return;
    const reason = values.reason.trim();
    reasonError.value = reasonNeeded.has(action.value) && !reason ? t("cases.reason_needed") : "";
    if (reasonError.value) return;
    pending.value = true;
    failure.value = "";
    try {
      const moved = await moveCase(current.id, { ...values, reason, action: action.value });
      notify.success(t(`cases.done.${action.value}`));
      action.value = null;
      await storeMoved(client, moved);
    } catch (error) {
      await explain(error, current.id);
    } finally {
      pending.value = false;
    }
  }

  async function explain(error: unknown, id: string): Promise<void> {
    if (isApiError(error, "case.illegal_move")) {
      action.value = null;
      notify.warning(t("errors.case.illegal_move"));
      await client.invalidateQueries({ queryKey: customerKeys.detail(id) });
    } else if (isApiError(error, "case.not_all_accepted")) {
      const codes = error.members["document_types"];
      const names = Array.isArray(codes) ? codes.map((code) => typeName(String(code))).join("、") : "";
      failure.value = t("cases.not_all_accepted", { names });
    } else {
      failure.value = describeError(error);
    }
  }

  return {
    offered,
    action,
    values,
    reasonError,
    failure,
    pending,
    needsReason: computed(() => action.value !== null && reasonNeeded.has(action.value)),
    start,
    cancel,
    submit,
  };
}
