import { useQuery, useQueryClient } from "@tanstack/vue-query";
import { computed, ref, toValue, watch, type MaybeRefOrGetter } from "vue";
import { useI18n } from "vue-i18n";

import type { CompletenessRead } from "@/api/generated";
import { customerKeys } from "@/features/customers/api";
import { useDictionary } from "@/features/dictionary/api";
import { typeName, type Verdict } from "@/features/documents/model";
import { useForm, type Sentences } from "@/shared/composables/useForm";
import { useFormat } from "@/shared/composables/useFormat";
import { describeError } from "@/shared/errors";
import { currentLocale } from "@/shared/i18n";
import { notify } from "@/shared/notify";

import { moveCase, nextCaseQuery, storeMoved } from "../api";
import { REASON_LENGTH, type CaseCustomer } from "../model";

export interface Reviewed {
  customer: MaybeRefOrGetter<CaseCustomer>;
  completeness: MaybeRefOrGetter<CompletenessRead>;
  verdicts: MaybeRefOrGetter<readonly Verdict[]>;
}

/** The end of a review: what the judgements allow, the text that follows from them, and the case that waits next. */
export function useCaseDecision({ customer, completeness, verdicts }: Reviewed) {
  const { t } = useI18n();
  const format = useFormat();
  const client = useQueryClient();
  const reasons = useDictionary("reject_reason");

  const id = computed(() => toValue(customer).id);
  const items = computed(() => toValue(completeness).items);
  const nameOf = (code: string) => {
    const type = items.value.find((item) => item.type.code === code)?.type;
    return type ? typeName(type, currentLocale()) : code;
  };

  /** Documents that nobody has judged, or nobody but their uploader could. */
  const waiting = computed(() => toValue(verdicts).filter(({ document }) => document.review_status === "pending"));
  /** Types to ask for anew, each with why its latest document was refused. */
  const refused = computed(() =>
    items.value
      .filter((item) => item.state === "rejected" || (item.required && item.state === "missing"))
      .map((item) => {
        const last = item.documents.filter(({ review_status }) => review_status === "rejected").at(-1);
        const code = last?.reason_code ?? null;
        const reason = code === null ? t("cases.decision.not_supplied") : reasons.label(code);
        const why = last?.message ? t("cases.decision.because", { reason, message: last.message }) : reason;
        return { code: item.type.code, name: nameOf(item.type.code), why };
      }),
  );
  const unaccepted = computed(() => items.value.filter((item) => item.required && item.state !== "accepted"));

  const mayApprove = computed(() => toValue(customer).can.includes("approve"));
  const mayReturn = computed(() => toValue(customer).can.includes("return"));
  const approvable = computed(() => mayApprove.value && unaccepted.value.length === 0);
  /** Why approving is not possible yet; "" when it is. */
  const obstacle = computed(() => {
    if (approvable.value || !mayApprove.value) return "";
    const names = format.list(unaccepted.value.map(({ type }) => nameOf(type.code)));
    return t("cases.decision.not_yet", { count: unaccepted.value.length, names });
  });

  const draft = computed(() =>
    refused.value
      .map(({ name, why }) => t("cases.decision.draft", { name, why }))
      .join(currentLocale() === "en" ? "; " : "；")
      .slice(0, REASON_LENGTH),
  );

  const done = ref<"approve" | "return" | null>(null);
  const sending = ref<"approve" | "return">("approve");

  const form = useForm({
    blank: () => ({ comment: "", reason: "", types: [] as string[] }),
    check: ({ reason }): Sentences =>
      sending.value === "return" && !reason.trim() ? { reason: t("cases.reason_needed") } : {},
    send: ({ comment, reason, types }) => {
      const action = sending.value;
      if (action === "approve") return moveCase(id.value, { action, reason: comment.trim(), final: false, items: [] });
      const because = new Map(refused.value.map(({ code, why }) => [code, why]));
      const items = types.map((code) => ({ document_type: code, reason: because.get(code) ?? null }));
      return moveCase(id.value, { action, reason: reason.trim(), final: false, items });
    },
    onDone: async (moved) => {
      done.value = sending.value;
      notify.success(t(`cases.done.${sending.value}`));
      await storeMoved(client, moved);
    },
    onRefused: async (error) => {
      if (error.code !== "case.illegal_move") return false;
      notify.warning(describeError(error));
      await client.invalidateQueries({ queryKey: customerKeys.detail(id.value) });
      return true;
    },
  });

  // What was drafted follows the judgements until somebody writes something else.
  watch(
    [draft, () => refused.value.map(({ code }) => code)],
    ([text, codes], [before]) => {
      if (form.values.reason === (before ?? "")) form.values.reason = text;
      form.values.types = codes;
    },
    { immediate: true },
  );

  function send(action: "approve" | "return"): void {
    sending.value = action;
    void form.submit();
  }

  const following = useQuery({ ...nextCaseQuery(id), enabled: () => done.value !== null || !mayApprove.value });

  return {
    ...form,
    waiting,
    refused,
    mayApprove,
    mayReturn,
    approvable,
    obstacle,
    done,
    sending,
    approve: () => {
      if (approvable.value) send("approve");
    },
    giveBack: () => {
      send("return");
    },
    next: following.data,
    nextKnown: following.isFetched,
    since: (iso: string) => format.dateTime(iso),
  };
}
