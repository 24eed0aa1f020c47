import { useQuery } from "@tanstack/vue-query";
import { computed, ref } from "vue";
import { useI18n } from "vue-i18n";
import { useRoute, useRouter } from "vue-router";

import { describeError } from "@/shared/errors";
import { currentLocale } from "@/shared/i18n";
import { notify } from "@/shared/notify";

import { dictionariesQuery, usageQuery } from "../api";
import { useDeleteEntry, useReorder, useUpdateEntry } from "../changes";
import { inputOf, labelOf, moved, type Entry } from "../model";

/** The dictionaries, one of them open, with what an administrator does to its entries. */
export function useDictionaries() {
  const { t } = useI18n();
  const route = useRoute();
  const router = useRouter();
  const query = useQuery(dictionariesQuery());
  const update = useUpdateEntry();
  const deletion = useDeleteEntry();
  const reorder = useReorder();
  const working = ref(false);

  const dictionaries = computed(() => query.data.value ?? []);
  const open = computed(
    () => dictionaries.value.find(({ code }) => code === route.query["open"]) ?? dictionaries.value[0] ?? null,
  );
  const code = computed(() => open.value?.code ?? "");
  const usage = useQuery({ ...usageQuery(code), enabled: computed(() => code.value !== "") });
  const usedBy = (entry: Entry): number | undefined =>
    usage.data.value === undefined ? undefined : (usage.data.value.get(entry.code) ?? 0);

  const choose = (dictionary: string): Promise<unknown> => router.replace({ query: { open: dictionary } });

  async function work(change: () => Promise<unknown>): Promise<void> {
    if (working.value) return;
    working.value = true;
    try {
      await change();
    } catch (error) {
      notify.error(describeError(error));
    } finally {
      working.value = false;
    }
  }

  /** Puts an entry at a place, counted from 0, of the open dictionary. */
  async function move(entry: Entry, place: number): Promise<void> {
    const before = open.value?.entries.map((other) => other.code) ?? [];
    const codes = moved(before, entry.code, place);
    if (codes.join() === before.join()) return;
    await work(() => reorder.mutateAsync({ dictionary: code.value, codes }));
  }

  const setActive = (entry: Entry, active: boolean): Promise<void> =>
    work(() =>
      update.mutateAsync({
        ...inputOf(entry),
        is_active: active,
        dictionary: code.value,
        code: entry.code,
        version: entry.version,
      }),
    );

  /** Deletes an entry that nothing has; what is in use is explained, and taken out of use instead. */
  async function remove(entry: Entry): Promise<void> {
    const name = labelOf(entry, currentLocale());
    const count = usedBy(entry) ?? 0;
    if (count > 0) {
      const message = t("dictionary.in_use.message", { name, count });
      if (!entry.is_active) return notify.info(message);
      const instead = await notify.confirm({
        title: t("dictionary.in_use.title"),
        message: `${message}${t("dictionary.in_use.instead")}`,
        confirmLabel: t("dictionary.in_use.retire"),
      });
      return instead ? setActive(entry, false) : undefined;
    }
    const sure = await notify.confirm({
      title: t("dictionary.remove.title"),
      message: t("dictionary.remove.message", { name }),
      confirmLabel: t("dictionary.remove.confirm"),
      danger: true,
    });
    if (sure) await work(() => deletion.mutateAsync({ dictionary: code.value, code: entry.code }));
  }

  return {
    dictionaries,
    open,
    choose,
    usedBy,
    ready: computed(() => query.data.value !== undefined),
    error: query.error,
    refetch: query.refetch,
    working,
    move,
    setActive,
    remove,
  };
}
