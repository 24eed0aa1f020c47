import { computed, type ComputedRef } from "vue";
import { useRoute, useRouter } from "vue-router";

import type { Permission } from "@/api/generated";
import { useSessionStore } from "@/shared/stores/session";

/** What the page at the current address asks for and the person lacks; the 403 page stands in its place. */
export function useMissingPermissions(): ComputedRef<Permission[]> {
  const route = useRoute();
  const router = useRouter();
  const session = useSessionStore();
  return computed(() =>
    router
      .resolve(route.fullPath)
      .matched.flatMap((record) => record.meta.permissions ?? [])
      .filter((permission) => !session.can(permission)),
  );
}
