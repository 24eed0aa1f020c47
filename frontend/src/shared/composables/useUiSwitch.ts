import { useRoute, useRouter } from "vue-router";

import { usePreferencesStore } from "../stores/preferences";
import { uiOf, uis, type Ui } from "../ui";

/** Moves to the same page of the other interface, or to its start when it has no such page; remembered. */
export function useUiSwitch(): (ui: Ui) => void {
  const route = useRoute();
  const router = useRouter();
  const preferences = usePreferencesStore();

  return (ui) => {
    preferences.ui = ui;
    const here = uiOf(route.path);
    const path = uis[ui].prefix + (here === null ? "" : route.fullPath.slice(uis[here].prefix.length));
    const target = router.resolve(path);
    const exists = !String(target.name).endsWith(".not-found");
    void router.push(exists ? path : uis[ui].prefix);
  };
}
