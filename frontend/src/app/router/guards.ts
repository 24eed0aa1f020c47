import type { RouteLocationNormalized, RouteLocationRaw, Router } from "vue-router";

import type { Permission } from "@/api/generated";
import { suggestedUi } from "@/shared/device";
import { translate } from "@/shared/i18n";
import { notify } from "@/shared/notify";
import { usePreferencesStore } from "@/shared/stores/preferences";
import { useSessionStore } from "@/shared/stores/session";
import { uiOf, uis, type Ui } from "@/shared/ui";

export function preferredUi(): Ui {
  return usePreferencesStore().ui || suggestedUi();
}

type Target = Pick<RouteLocationNormalized, "path" | "fullPath" | "query" | "hash" | "meta" | "matched">;

/** Permissions the route asks for and the person lacks. */
export function missingPermissions(route: Pick<Target, "matched">): Permission[] {
  const session = useSessionStore();
  const needed = route.matched.flatMap((record) => record.meta.permissions ?? []);
  return needed.filter((permission) => !session.can(permission));
}

/** The sign-in page of the interface the address belongs to, with the way back. */
export function signInFor({ path, fullPath }: Pick<Target, "path" | "fullPath">): RouteLocationRaw {
  return { name: uis[uiOf(path) ?? preferredUi()].login, query: { redirect: fullPath } };
}

/**
 * Decides where a navigation goes: to sign-in with the way back, to the 403 page under the
 * address that was asked for, or through.
 */
export async function guard(to: Target): Promise<RouteLocationRaw | true> {
  const session = useSessionStore();
  await session.restore();
  if (to.meta.public) return true;
  if (!session.isSignedIn) return signInFor(to);
  if (missingPermissions(to).length > 0) {
    return {
      name: `${uiOf(to.path) ?? preferredUi()}.forbidden`,
      params: { path: to.path.split("/").slice(2) },
      query: to.query,
      hash: to.hash,
      replace: true,
    };
  }
  return true;
}

/** A chunk that is gone after a new release is fetched by one reload of the page asked for. */
export function reloadOnStaleChunk(router: Router): void {
  router.onError((error: unknown, to) => {
    const stale = error instanceof Error && /dynamically imported module|Importing a module/.test(error.message);
    // Offline a reload would lose the page; the person is told instead why nothing happens.
    if (stale && !navigator.onLine) notify.warning(translate("shell.cannot_open"));
    if (!stale || !navigator.onLine || sessionStorage.getItem("kehui.reloaded") === to.fullPath) return;
    sessionStorage.setItem("kehui.reloaded", to.fullPath);
    window.location.assign(to.fullPath);
  });
  router.afterEach(() => sessionStorage.removeItem("kehui.reloaded"));
}
