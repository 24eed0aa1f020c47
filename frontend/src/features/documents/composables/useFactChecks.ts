import { computed, toValue, type MaybeRefOrGetter } from "vue";
import { useI18n } from "vue-i18n";

import type { CustomerRead, ProtectedValues } from "@/api/generated";
import { useFormat } from "@/shared/composables/useFormat";
import { describeError } from "@/shared/errors";
import { notify } from "@/shared/notify";
import { useSessionStore } from "@/shared/stores/session";
import { formatMoney } from "@/shared/utils/format";

import { useFactJudgement } from "../api";
import { factsOf, type CustomerDocument, type Fact, type FactCheck } from "../model";

export interface FactRow {
  fact: Fact;
  label: string;
  /** As the record has it; "" where it has nothing. */
  value: string;
  agrees: boolean | null;
}

interface Sources {
  customer: MaybeRefOrGetter<CustomerRead | undefined>;
  checks: MaybeRefOrGetter<readonly FactCheck[]>;
  /** Protected values in clear, once they have been asked for. */
  revealed: MaybeRefOrGetter<ProtectedValues | null>;
}

/** What each document must agree with, in words, and the ticks beside it. */
export function useFactChecks({ customer, checks, revealed }: Sources) {
  const { t } = useI18n();
  const format = useFormat();
  const session = useSessionStore();
  const judgement = useFactJudgement(
    () => toValue(customer)?.id ?? "",
    () => ({ id: session.user?.id ?? "", display_name: session.user?.display_name ?? "" }),
  );

  function labelOf(fact: Fact): string {
    const kind = toValue(customer)?.kind ?? "person";
    return fact === "name" ? t(`customers.fields.name.${kind}`) : t(`documents.desk.fact.${fact}`);
  }

  function valueOf(fact: Fact): string {
    const record = toValue(customer);
    if (!record) return "";
    switch (fact) {
      case "valid_until":
        return t("documents.desk.valid_until", { today: format.date(new Date().toISOString()) });
      case "amount":
        return "";
      case "sex":
        return record.sex ? t(`customers.sex.${record.sex}`) : "";
      case "birth_date":
        return record.birth_date ? format.date(record.birth_date) : "";
      case "registered_capital":
      case "annual_turnover":
        return record[fact] === null ? "" : formatMoney(record[fact]);
      case "id_number":
      case "bank_account":
        return toValue(revealed)?.[fact] ?? record[fact] ?? "";
      default:
        return record[fact] ?? "";
    }
  }

  const judged = (documentId: string, fact: Fact) =>
    toValue(checks).find((check) => check.document_id === documentId && check.fact === fact)?.agrees ?? null;

  function rowsOf({ id, document_type }: Pick<CustomerDocument, "id" | "document_type">): FactRow[] {
    return factsOf(document_type).map((fact) => ({
      fact,
      label: labelOf(fact),
      value: valueOf(fact),
      agrees: judged(id, fact),
    }));
  }

  /** What a document was found to say otherwise, in words. */
  function differencesOf(documentId: string): string[] {
    return toValue(checks)
      .filter((check) => check.document_id === documentId && !check.agrees)
      .map(({ fact }) => labelOf(fact));
  }

  /** Pressing what is judged already takes the judgement back. */
  function judge(documentId: string, fact: Fact, agrees: boolean): void {
    const next = judged(documentId, fact) === agrees ? null : agrees;
    judgement.mutate({ documentId, fact, agrees: next }, { onError: (error) => notify.error(describeError(error)) });
  }

  /** The whole document at once: every fact that the record has and nobody has judged agrees. */
  function agreeToRest(document: CustomerDocument): void {
    for (const { fact, value, agrees } of rowsOf(document)) if (value && agrees === null) judge(document.id, fact, true);
  }

  return { rowsOf, differencesOf, judge, agreeToRest, count: computed(() => toValue(checks).length) };
}
