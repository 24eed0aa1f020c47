import { useRoute, useRouter } from "vue-router";

import type { Ui } from "../manifest";
import { usePreferencesStore } from "../stores/preferences";

/** Moves to the same page of the other interface, or to its start when it has no such page; remembered. */
export function useUiSwitch(): (ui: Ui) => void {
  const route = useRoute();
  const router = useRouter();
  const preferences = usePreferencesStore();

  return (ui) => {
    preferences.ui = ui;
    const path = route.fullPath.replace(/^\/(pc|m)(?=\/|$)/, `/${ui}`);
    const target = router.resolve(path);
    const exists = !String(target.name).endsWith(".not-found");
    void router.push(exists ? path : `/${ui}`);
  };
}
