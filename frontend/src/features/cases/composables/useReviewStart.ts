import { useQuery } from "@tanstack/vue-query";
import { computed, toValue, type MaybeRefOrGetter } from "vue";
import { useI18n } from "vue-i18n";
import { useRoute, useRouter } from "vue-router";

import { checklistQuery } from "@/features/documents/api";
import { slotGroups } from "@/features/documents/model";
import type { PageAction } from "@/shared/manifest";

import type { CaseCustomer } from "../model";

/** The way from a case under review to where its documents are judged, as long as some wait for this person. */
export function useReviewStart(customer: MaybeRefOrGetter<CaseCustomer>) {
  const { t } = useI18n();
  const route = useRoute();
  const router = useRouter();
  const { data } = useQuery({
    ...checklistQuery(() => toValue(customer).id),
    enabled: () => toValue(customer).status === "reviewing" && toValue(customer).can.includes("approve"),
  });
  const documents = computed(() => {
    const { required, optional } = slotGroups(data.value?.items ?? []);
    return [...required, ...optional].flatMap((item) => item.documents);
  });
  const waiting = computed(() =>
    documents.value.filter((document) => document.review_status === "pending" && document.can.includes("accept")),
  );

  return computed<PageAction[]>(() => {
    if (waiting.value.length === 0 || toValue(customer).status !== "reviewing") return [];
    const begun = documents.value.some((document) => document.review_status !== "pending");
    const ui = String(route.name).split(".")[0] ?? "pc";
    const to = { name: `${ui}.customers.review`, params: { customerId: toValue(customer).id } };
    return [
      {
        name: "review",
        label: t(begun ? "cases.actions.review_on" : "cases.actions.review", { count: waiting.value.length }),
        tone: "primary",
        prominent: true,
        run: () => void router.push(to),
      },
    ];
  });
}
