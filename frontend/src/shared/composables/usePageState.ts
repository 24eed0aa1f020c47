import { computed, type ComputedRef } from "vue";

import { isApiError } from "@/api/problem";

import { describeError } from "../errors";

export interface LoadState {
  /** There is something to show, perhaps not the newest. */
  ready: boolean;
  error: unknown;
}

export type PageStateName = "loading" | "ready" | "forbidden" | "gone" | "error";

export interface PageFailure {
  message: string;
  requestId: string | null;
}

/** Which of its states a page is in, the same for both interfaces. Old content beats an error about new content. */
export function usePageState(load: () => LoadState): {
  name: ComputedRef<PageStateName>;
  failure: ComputedRef<PageFailure>;
} {
  const name = computed<PageStateName>(() => {
    const { ready, error } = load();
    const status = isApiError(error) ? error.status : 0;
    if (status === 404 || status === 410) return "gone";
    if (status === 403) return "forbidden";
    if (ready) return "ready";
    return error ? "error" : "loading";
  });
  const failure = computed(() => {
    const { error } = load();
    return { message: describeError(error), requestId: isApiError(error) ? error.requestId : null };
  });
  return { name, failure };
}
