import { useQuery } from "@tanstack/vue-query";
import { computed, onScopeDispose, toValue, watch, type MaybeRefOrGetter } from "vue";

import { useSessionStore } from "@/shared/stores/session";

import { leaveCase, presenceQuery } from "../api";

/** Who else has the case open for review while it is open here. */
export function useCaseViewers(customerId: MaybeRefOrGetter<string>) {
  const session = useSessionStore();
  const mayReview = session.can("cases:review");
  const query = useQuery({ ...presenceQuery(customerId), enabled: mayReview });

  function leave(id: string | undefined) {
    if (mayReview && id) leaveCase(id);
  }
  watch(
    () => toValue(customerId),
    (_next, left) => {
      leave(left);
    },
  );
  onScopeDispose(() => {
    leave(toValue(customerId));
  });

  return { others: computed(() => query.data.value ?? []) };
}
