import { defineStore } from "pinia";
import { computed } from "vue";

import { useStored } from "../composables/useStored";
import { setLocale, type Locale } from "../i18n";
import type { Ui } from "../ui";
import { useSessionStore } from "./session";

export type Density = "comfortable" | "compact";

export interface TablePreference {
  /** Column keys the person has hidden. */
  hidden: string[];
  density: Density;
}

/** What a person has set: on this device (interface, language) or for themselves on it (tables). */
export const usePreferencesStore = defineStore("preferences", () => {
  const session = useSessionStore();
  const ui = useStored<Ui | "">("kehui.ui", "");
  const locale = useStored<Locale>("kehui.locale", "zh-CN");
  const tables = useStored<Record<string, TablePreference>>("kehui.tables", {});

  async function chooseLocale(next: Locale): Promise<void> {
    await setLocale(next);
    locale.value = next;
  }

  /** The stored settings of one table, per signed-in person; writable. */
  function table(tableId: string, defaults: TablePreference) {
    const key = computed(() => `${session.user?.id ?? "-"}:${tableId}`);
    return computed<TablePreference>({
      get: () => ({ ...defaults, ...tables.value[key.value] }),
      set: (value) => {
        tables.value = { ...tables.value, [key.value]: value };
      },
    });
  }

  return { ui, locale, chooseLocale, table };
});
