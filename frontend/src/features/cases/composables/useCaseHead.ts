import { useQuery } from "@tanstack/vue-query";
import { computed, nextTick, toValue, type MaybeRefOrGetter } from "vue";
import { useI18n } from "vue-i18n";
import { useRoute, useRouter } from "vue-router";

import { useDictionary } from "@/features/dictionary/api";
import { checklistQuery } from "@/features/documents/api";
import { useFormat } from "@/shared/composables/useFormat";
import { formatMoney } from "@/shared/utils/format";

import { casesQuery } from "../api";
import type { CaseCustomer } from "../model";

const SUPPLIED: ReadonlySet<string> = new Set(["uploaded", "accepted"]);

/** The current case above a customer's page: what it is about, who handed it in, and what a return asks for. */
export function useCaseHead(customer: MaybeRefOrGetter<CaseCustomer>, typeName: (code: string) => string) {
  const { t } = useI18n();
  const route = useRoute();
  const router = useRouter();
  const { dateTime } = useFormat();
  const products = useDictionary("product");
  const id = computed(() => toValue(customer).id);
  const { data: cases } = useQuery(casesQuery(id));
  const { data: checklist } = useQuery({
    ...checklistQuery(id),
    enabled: () => toValue(customer).status === "returned",
  });
  const current = computed(() => cases.value?.find((one) => one.is_current));

  const facts = computed(() => {
    if (!current.value) return [];
    const { product, amount, submitted_at: at, submitted_by: by } = current.value;
    return [
      { name: "product", label: t("cases.terms.product"), value: product ? products.label(product) : t("cases.terms.none") },
      { name: "amount", label: t("cases.terms.amount"), value: amount ? formatMoney(amount) : t("cases.terms.none") },
      ...(at
        ? [{ name: "submitted", label: t("cases.terms.submitted"), value: [dateTime(at), by?.display_name].filter(Boolean).join(" · ") }]
        : []),
    ];
  });

  /** The return in force, its items with what has been supplied since. */
  const returned = computed(() => {
    const told = toValue(customer).status === "returned" ? current.value?.returned : undefined;
    if (!told) return null;
    const supplied = new Set(checklist.value?.items.filter(({ state }) => SUPPLIED.has(state)).map(({ type }) => type.code));
    const items = told.items.map(({ document_type: code, reason }) => ({
      code,
      title: typeName(code),
      reason: reason === told.reason ? "" : reason,
      supplied: supplied.has(code),
    }));
    return { ...told, at: dateTime(told.at), items, left: items.filter((item) => !item.supplied).length };
  });

  /** Leads to a slot of the checklist, whichever part of the page is open. */
  async function locate(code: string): Promise<void> {
    if (route.query["tab"] !== undefined) {
      const query = { ...route.query };
      delete query["tab"];
      await router.replace({ query, hash: route.hash });
      await nextTick();
    }
    const slot = document.querySelector<HTMLElement>(`[data-slot="${code}"]`);
    slot?.scrollIntoView({ block: "center", behavior: "smooth" });
    slot?.querySelector<HTMLElement>("a, button")?.focus({ preventScroll: true });
  }

  return { current, facts, returned, canAmend: computed(() => current.value?.can.includes("amend") ?? false), locate };
}
