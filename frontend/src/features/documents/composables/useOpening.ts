import { useRouter } from "vue-router";

import { isJudgeable, type CustomerDocument } from "../model";

/** Opening a document from its checklist: whoever may still judge it is taken to where that is done. */
export function useOpening(look: (id: string) => void, reviewRoute: string) {
  const router = useRouter();
  return (document: CustomerDocument): void => {
    if (!isJudgeable(document)) look(document.id);
    else void router.push({ name: reviewRoute, params: { customerId: document.customer_id }, query: { document: document.id } });
  };
}
