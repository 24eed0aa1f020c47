import { useQuery } from "@tanstack/vue-query";
import { computed, toValue, type MaybeRefOrGetter } from "vue";

import { customerQuery } from "@/features/customers/api";
import { currentLocale } from "@/shared/i18n";

import { checklistQuery, findingsQuery } from "../api";
import { slotGroups, typeName, type Verdict } from "../model";
import { useAnnotations } from "./useAnnotations";
import { useCaseReveal } from "./useCaseReveal";
import { useCaseViewers } from "./useCaseViewers";
import { useDocumentReview } from "./useDocumentReview";
import { useFactChecks } from "./useFactChecks";
import { useReviewPlace } from "./useReviewPlace";
import { useSeenPages } from "./useSeenPages";
import type { Placement } from "./zoom";

/** Everything on the one screen on which a customer's documents are judged, from the first document to the decision. */
export function useReviewDesk(customerId: MaybeRefOrGetter<string>) {
  const id = computed(() => toValue(customerId));
  const customer = useQuery(customerQuery(id));
  const checklist = useQuery(checklistQuery(id));
  const findings = useQuery(findingsQuery(id));

  const items = computed(() => {
    const { required, optional } = slotGroups(checklist.data.value?.items ?? []);
    return [...required, ...optional].filter((item) => item.documents.length > 0);
  });
  const titles = computed(() => new Map(items.value.map(({ type }) => [type.code, typeName(type, currentLocale())])));
  const titleOf = (code: string) => titles.value.get(code) ?? code;
  const documents = computed(() => items.value.flatMap((item) => item.documents));

  const place = useReviewPlace(documents);
  const seen = useSeenPages(place.document, place.page);
  const reveal = useCaseReveal(id);
  const facts = useFactChecks({
    customer: customer.data,
    checks: () => findings.data.value?.checks ?? [],
    revealed: reveal.revealed,
  });
  const annotations = useAnnotations({
    customerId: id,
    annotations: () => findings.data.value?.annotations ?? [],
    document: place.document,
    page: place.page,
  });
  const review = useDocumentReview(place.document, {
    onDecided: place.goOn,
    unseen: () => seen.unseen.value,
    differences: () => (place.document.value ? facts.differencesOf(place.document.value.id) : []),
  });

  const verdicts = computed<Verdict[]>(() =>
    documents.value.map((document) => ({
      document,
      title: titleOf(document.document_type),
      differences: facts.differencesOf(document.id),
    })),
  );

  return {
    customer: customer.data,
    completeness: checklist.data,
    ready: computed(() => customer.data.value !== undefined && checklist.data.value !== undefined),
    error: computed(() => customer.error.value ?? checklist.error.value),
    refetch: () => {
      void customer.refetch();
      void checklist.refetch();
    },
    documents,
    verdicts,
    /** How many of the documents are judged. */
    judged: computed(() => documents.value.filter(({ review_status }) => review_status !== "pending").length),
    titleOf,
    place,
    seen,
    reveal,
    facts,
    annotations,
    review,
    viewers: useCaseViewers(id),
    /** Zoom and position of each document while others are looked at. */
    places: new Map<string, Placement>(),
  };
}

export type ReviewDesk = ReturnType<typeof useReviewDesk>;
