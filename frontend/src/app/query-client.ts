import { QueryClient } from "@tanstack/vue-query";

import { isApiError, pauseBefore } from "@/api/problem";

/** A person waits in front of the page: a pause beyond these milliseconds is theirs to decide on. */
const LONGEST_PAUSE = 10_000;

/** Repeats reads only, and only when another try can help: no answer, a failing server, or one that names a time. */
export function worthRepeating(failures: number, error: unknown): boolean {
  if (failures >= 2 || !navigator.onLine || !isApiError(error) || (error.retryAfter ?? 0) > LONGEST_PAUSE) return false;
  return error.kind === "network" || error.status >= 500 || error.retryAfter !== null;
}

export function retryDelay(failures: number, error: unknown): number {
  return pauseBefore(error, 1_000 * 2 ** failures);
}

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      // Without a network a page says so at once, instead of waiting for it in silence.
      networkMode: "offlineFirst",
      staleTime: 30_000,
      refetchOnWindowFocus: false,
      retry: worthRepeating,
      retryDelay,
    },
    mutations: { retry: false },
  },
});
