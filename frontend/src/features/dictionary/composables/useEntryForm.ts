import { useQueryClient } from "@tanstack/vue-query";
import { ref, shallowRef } from "vue";
import { useI18n } from "vue-i18n";
import * as z from "zod/mini";

import { useForm } from "@/shared/composables/useForm";
import { notify } from "@/shared/notify";
import { firstIssues } from "@/shared/utils/zod";

import { dictionariesQuery } from "../api";
import { useCreateEntry, useUpdateEntry } from "../changes";
import { colors, inputOf, type Entry } from "../model";

const text = (fault: string) => z.string().check(z.trim(), z.minLength(1, fault), z.maxLength(60, fault));

export const entrySchema = z.object({
  code: z.string().check(z.regex(/^[a-z0-9][a-z0-9_]{0,39}$/, "dictionary.fault.code")),
  label_zh: text("dictionary.fault.label_zh"),
  label_en: text("dictionary.fault.label_en"),
  color: z.enum([...colors, "none"]),
  is_active: z.boolean(),
});

type Values = z.infer<typeof entrySchema>;

const valuesOf = (entry: Entry): Values => ({ code: entry.code, ...inputOf(entry), color: entry.color ?? "none" });
const blank = (): Values => ({ code: "", label_zh: "", label_en: "", color: "none", is_active: true });

/** Adding an entry to a dictionary and changing one. */
export function useEntryForm(dictionary: () => string) {
  const { t } = useI18n();
  const client = useQueryClient();
  const creation = useCreateEntry();
  const update = useUpdateEntry();
  const open = ref(false);
  const edited = shallowRef<Entry | null>(null);

  const form = useForm({
    blank,
    check: (values) => firstIssues(entrySchema.safeParse(values), t),
    send: async (values, keyOf) => {
      const { color, ...fields } = entrySchema.parse(values);
      const body = { dictionary: dictionary(), ...fields, color: color === "none" ? null : color };
      if (edited.value) await update.mutateAsync({ ...body, version: edited.value.version });
      else await creation.mutateAsync({ ...body, key: keyOf(body) });
    },
    onDone: () => {
      notify.success(t(edited.value ? "dictionary.saved" : "dictionary.created"));
      open.value = false;
    },
    onStale: async () => {
      const dictionaries = await client.fetchQuery({ ...dictionariesQuery(), staleTime: 0 });
      const entries = dictionaries.find(({ code }) => code === dictionary())?.entries;
      const newest = entries?.find(({ code }) => code === form.values.code);
      if (!newest) return;
      edited.value = newest;
      form.rebase(valuesOf(newest), (field) => t(`dictionary.${field}`));
    },
    fieldOf: { "dictionary.duplicate_code": "code", "dictionary.builtin": "is_active" },
  });

  function start(entry: Entry | null): void {
    form.reset(entry ? valuesOf(entry) : blank());
    edited.value = entry;
    open.value = true;
  }

  return { ...form, open, edited, start };
}
