import { computed } from "vue";
import { useRoute, useRouter } from "vue-router";

import { menuGroups, type MenuEntry } from "../manifest";
import { useSessionStore } from "../stores/session";
import { uiOf, type Ui } from "../ui";

const MOST_TABS = 4;

export interface MenuItem extends MenuEntry {
  path: string;
  active: boolean;
}

export interface MenuGroup {
  name: MenuEntry["group"];
  items: MenuItem[];
}

/**
 * The navigation of one interface, read from the routes' meta: the groups in their order, with the entries the person
 * may use; a group without any is left out.
 */
export function useMenu(ui: Ui) {
  const router = useRouter();
  const route = useRoute();
  const session = useSessionStore();

  const items = computed(() =>
    router
      .getRoutes()
      .flatMap((record): MenuItem[] => {
        const { menu, permissions = [] } = record.meta;
        if (!menu || uiOf(record.path) !== ui || !permissions.every(session.can)) return [];
        const active = route.path === record.path || route.path.startsWith(`${record.path}/`);
        return [{ ...menu, path: record.path, active }];
      })
      .sort((one, other) => one.order - other.order),
  );

  return computed<MenuGroup[]>(() =>
    menuGroups
      .map((name) => ({ name, items: items.value.filter((item) => item.group === name) }))
      .filter((group) => group.items.length > 0),
  );
}

/** The same for a phone: a few tabs, and behind "more" whatever has no place among them. */
export function useTabs(ui: Ui) {
  const groups = useMenu(ui);
  const own = computed(() => groups.value.find((group) => group.name === "tabs")?.items ?? []);
  const more = computed<MenuGroup[]>(() => [
    ...(own.value.length > MOST_TABS ? [{ name: "tabs" as const, items: own.value.slice(MOST_TABS) }] : []),
    ...groups.value.filter((group) => group.name !== "tabs"),
  ]);
  return { tabs: computed(() => own.value.slice(0, MOST_TABS)), more };
}
