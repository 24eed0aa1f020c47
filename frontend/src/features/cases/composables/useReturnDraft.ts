import { useQuery } from "@tanstack/vue-query";
import { computed, toValue, type MaybeRefOrGetter } from "vue";

import { useDictionary } from "@/features/dictionary/api";
import { checklistQuery } from "@/features/documents/api";
import { slotGroups } from "@/features/documents/model";

import { refusals, type CaseCustomer } from "../model";

interface DocumentChoice {
  code: string;
  name: string;
}

/** What a return would ask for: the refused types, and all that can be asked for in the order of the checklist. */
export function useReturnDraft(customer: MaybeRefOrGetter<CaseCustomer>, choices: MaybeRefOrGetter<DocumentChoice[]>) {
  const reasons = useDictionary("reject_reason");
  const { data } = useQuery({
    ...checklistQuery(() => toValue(customer).id),
    enabled: () => toValue(customer).can.includes("return"),
  });
  const items = computed(() => {
    const { required, optional } = slotGroups(data.value?.items ?? []);
    return [...required, ...optional];
  });
  const places = computed(() => new Map(items.value.map((item, place) => [item.type.code, place])));
  const placeOf = ({ code }: DocumentChoice) => places.value.get(code) ?? places.value.size;

  return {
    refused: computed(() => refusals(items.value, reasons.label)),
    ordered: computed(() => [...toValue(choices)].sort((one, other) => placeOf(one) - placeOf(other))),
  };
}
