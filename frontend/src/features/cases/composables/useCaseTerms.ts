import { useQueryClient } from "@tanstack/vue-query";
import { computed, ref, toValue, type MaybeRefOrGetter } from "vue";
import { useI18n } from "vue-i18n";

import { useDictionary } from "@/features/dictionary/api";
import { useForm, type Sentences } from "@/shared/composables/useForm";
import { describeError } from "@/shared/errors";
import { notify } from "@/shared/notify";

import { caseKeys, putTerms } from "../api";
import { parseAmount, type Case } from "../model";

/** Changing product and amount of a case. */
export function useCaseTerms(current: MaybeRefOrGetter<Case | undefined>) {
  const { t } = useI18n();
  const client = useQueryClient();
  const products = useDictionary("product");
  const opened = ref(false);
  const refresh = () => client.invalidateQueries({ queryKey: caseKeys.of(toValue(current)?.customer.id ?? "") });

  const form = useForm({
    blank: () => ({ product: "", amount: "" }),
    check: ({ amount }): Sentences => (parseAmount(amount) === undefined ? { amount: t("cases.terms.amount_invalid") } : {}),
    send: async ({ product, amount }) => {
      const one = toValue(current);
      if (one) await putTerms(one, { product: product || null, amount: parseAmount(amount) ?? null });
    },
    onDone: async () => {
      opened.value = false;
      notify.success(t("cases.terms.saved"));
      await refresh();
    },
    onStale: async () => {
      await refresh();
      const newest = toValue(current);
      if (newest) form.rebase(valuesOf(newest), (field) => t(`cases.terms.${field}`));
    },
    onRefused: async (error) => {
      if (error.code !== "case.locked") return false;
      opened.value = false;
      notify.warning(describeError(error));
      await refresh();
      return true;
    },
  });

  const valuesOf = ({ product, amount }: Case) => ({ product: product ?? "", amount: amount ?? "" });

  function start(): void {
    const one = toValue(current);
    if (!one) return;
    form.reset(valuesOf(one));
    opened.value = true;
  }

  function cancel(): void {
    if (!form.pending.value) opened.value = false;
  }

  return { ...form, opened, choices: computed(() => products.choices([form.values.product])), start, cancel };
}
