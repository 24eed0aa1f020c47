import { computed } from "vue";
import { useRoute, useRouter } from "vue-router";

import type { Ui } from "../manifest";
import { useSessionStore } from "../stores/session";

/** The navigation of one interface, read from the routes' meta and cut to the person's permissions. */
export function useMenu(ui: Ui) {
  const router = useRouter();
  const route = useRoute();
  const session = useSessionStore();

  return computed(() =>
    router
      .getRoutes()
      .flatMap((record) => {
        const { menu, permissions = [] } = record.meta;
        if (!menu || !record.path.startsWith(`/${ui}/`) || !permissions.every(session.can)) return [];
        const active = route.path === record.path || route.path.startsWith(`${record.path}/`);
        return [{ ...menu, path: record.path, active }];
      })
      .sort((one, other) => one.order - other.order),
  );
}
