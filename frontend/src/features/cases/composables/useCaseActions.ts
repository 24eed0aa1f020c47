import { useQueryClient } from "@tanstack/vue-query";
import { computed, ref, toValue, type MaybeRefOrGetter } from "vue";
import { useI18n } from "vue-i18n";

import { customerKeys } from "@/features/customers/api";
import { useForm, type Sentences } from "@/shared/composables/useForm";
import { useFormat } from "@/shared/composables/useFormat";
import { describeError } from "@/shared/errors";
import type { PageAction } from "@/shared/manifest";
import { notify } from "@/shared/notify";

import { moveCase, storeMoved } from "../api";
import {
  actionTones,
  documentsToApprove,
  documentsToSubmit,
  offeredActions,
  REASON_LENGTH,
  type CaseAction,
  type CaseCustomer,
  type Refusal,
} from "../model";

const reasonNeeded: ReadonlySet<CaseAction> = new Set(["reject", "return", "reopen"]);

/**
 * Moving a case along: which moves are offered, the dialog that asks for the reason, and what to
 * say when the move is no longer possible.
 *
 * `typeName` gives the name of a document type by its code; `refused` are the types that a return begins with.
 */
export function useCaseActions(
  customer: MaybeRefOrGetter<CaseCustomer | undefined>,
  typeName: (code: string) => string,
  refused: MaybeRefOrGetter<readonly Refusal[]> = [],
) {
  const { t } = useI18n();
  const format = useFormat();
  const client = useQueryClient();
  const action = ref<CaseAction | null>(null);
  const needsReason = computed(() => action.value !== null && reasonNeeded.has(action.value));

  const form = useForm({
    blank: () => ({ reason: "", final: false, document_types: [] as string[], reasons: {} as Record<string, string> }),
    check: ({ reason }): Sentences =>
      needsReason.value && !reason.trim() ? { reason: t("cases.reason_needed") } : {},
    send: async (values) => {
      const current = toValue(customer);
      if (!current || action.value === null) return null;
      const { final, document_types, reasons } = values;
      const items = document_types.map((code) => ({ document_type: code, reason: reasons[code]?.trim() || null }));
      return moveCase(current.id, { action: action.value, reason: values.reason.trim(), final, items });
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
    return [...notYet.value, ...actions.map((action) => (action.name === "approve" ? approving(action) : action))];
  });

  /** Approving is the next step once everything is accepted; before that it says how much is not. */
  function approving(action: PageAction): PageAction {
    const current = toValue(customer);
    const count = current ? documentsToApprove(current) : 0;
    if (count === 0) return { ...action, prominent: true };
    const blocked = t("cases.to_approve", { count });
    return { ...action, tone: "neutral", blocked, run: () => notify.info(t("cases.to_approve_first", { count })) };
  }

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
    if (next === "return") draft();
    action.value = next;
  }

  /** A return begins with what was refused, and why. */
  function draft(): void {
    const types = toValue(refused);
    if (types.length === 0) return;
    const names = format.list(types.map(({ code }) => typeName(code)));
    form.values.document_types = types.map(({ code }) => code);
    form.values.reasons = Object.fromEntries(types.map(({ code, reason }) => [code, reason]));
    form.values.reason = t("cases.draft", { names }).slice(0, REASON_LENGTH);
  }

  function cancel(): void {
    if (!form.pending.value) action.value = null;
  }

  return { ...form, offered, action, needsReason, start, cancel };
}
