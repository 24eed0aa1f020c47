import { QueryClient } from "@tanstack/vue-query";

import { isApiError } from "@/api/problem";

/** Repeats reads only, and only when another try can help: no answer, or a failing server. */
function worthRepeating(failures: number, error: unknown): boolean {
  return failures < 2 && isApiError(error) && (error.kind === "network" || error.status >= 500);
}

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: { staleTime: 30_000, refetchOnWindowFocus: false, retry: worthRepeating },
    mutations: { retry: false },
  },
});
