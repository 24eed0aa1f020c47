import type { RouteLocation, RouteLocationNormalizedLoaded, RouteLocationResolved, Router } from "vue-router";

import { slotPieces } from "@/shared/feature-slots";
import type { SlotName } from "@/shared/manifest";
import { uiOf } from "@/shared/ui";

/**
 * Fetches the page of an address with its shell and the pieces it shows at once, while it is still being found out who
 * asks: otherwise each would be asked for only when the one before it is there.
 */
export function preloadPage(router: Router, address: string): void {
  const route = withoutRedirects(router, address);
  const ui = uiOf(route.path);
  const loaders = route.matched.flatMap(({ components }) => Object.values(components ?? {}));
  const pieces = ui ? (route.meta.slots ?? []).flatMap((slot) => shownAtOnce(slot, slotPieces(ui, slot), route)) : [];
  for (const load of [...loaders, ...pieces.map((piece) => piece.load)]) {
    // Whoever navigates there asks again, and tells of a failure.
    if (isLazy(load)) load().catch(() => undefined);
  }
}

function withoutRedirects(router: Router, address: string): RouteLocationResolved {
  let route = router.resolve(address);
  for (let redirect = route.matched.at(-1)?.redirect; redirect; redirect = route.matched.at(-1)?.redirect) {
    route = router.resolve(typeof redirect === "function" ? redirect(route as RouteLocation, route as RouteLocationNormalizedLoaded) : redirect);
  }
  return route;
}

function shownAtOnce<Piece extends { name: string }>(slot: SlotName, pieces: readonly Piece[], route: RouteLocationResolved): Piece[] {
  if (!slot.endsWith(".tabs")) return [...pieces];
  const open = pieces.find(({ name }) => name === route.query["tab"]) ?? pieces[0];
  return open ? [open] : [];
}

function isLazy(component: unknown): component is () => Promise<unknown> {
  return typeof component === "function" && !("setup" in component);
}
