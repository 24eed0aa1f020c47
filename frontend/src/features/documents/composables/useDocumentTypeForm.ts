import { useQueryClient } from "@tanstack/vue-query";
import { ref, shallowRef } from "vue";
import { useI18n } from "vue-i18n";
import * as z from "zod/mini";

import { useForm } from "@/shared/composables/useForm";
import { notify } from "@/shared/notify";
import { firstIssues } from "@/shared/utils/zod";

import { documentTypesQuery, useCreateDocumentType, useUpdateDocumentType } from "../api";
import { inputOf, type DocumentType } from "../model";

const text = (fault: string) => z.string().check(z.trim(), z.minLength(1, fault), z.maxLength(60, fault));

export const documentTypeSchema = z.object({
  code: z.string().check(z.regex(/^[a-z][a-z0-9_]{1,39}$/, "documents.types.fault.code")),
  name: text("documents.types.fault.name"),
  name_en: text("documents.types.fault.name_en"),
  hint: z.string().check(z.trim(), z.maxLength(200)),
  allowed_kinds: z.array(z.enum(["image", "pdf"])).check(z.minLength(1, "documents.types.fault.kinds")),
  max_files: z.number("documents.types.fault.max_files").check(
    z.int("documents.types.fault.max_files"),
    z.minimum(1, "documents.types.fault.max_files"),
    z.maximum(200, "documents.types.fault.max_files"),
  ),
});

function valuesOf(type: DocumentType) {
  const { code, name, name_en, hint, allowed_kinds, max_files } = type;
  return { code, name, name_en, hint: hint ?? "", allowed_kinds: [...allowed_kinds], max_files };
}

const blank = (): ReturnType<typeof valuesOf> => ({
  code: "",
  name: "",
  name_en: "",
  hint: "",
  allowed_kinds: ["image", "pdf"],
  max_files: 10,
});

/** Creating and editing a document type; `nextOrder` puts a new one at the end of the list. */
export function useDocumentTypeForm(nextOrder: () => number) {
  const { t } = useI18n();
  const client = useQueryClient();
  const creation = useCreateDocumentType();
  const update = useUpdateDocumentType();
  const open = ref(false);
  const edited = shallowRef<DocumentType | null>(null);

  const form = useForm({
    blank,
    check: (values) => firstIssues(documentTypeSchema.safeParse(values), t),
    send: async (values, keyOf) => {
      const { code, ...fields } = documentTypeSchema.parse(values);
      const input = { ...fields, hint: fields.hint || null };
      if (edited.value) {
        const { version } = edited.value;
        await update.mutateAsync({ ...inputOf(edited.value), ...input, code, version });
      } else {
        const body = { ...input, code, sort_order: nextOrder(), is_active: true };
        await creation.mutateAsync({ ...body, key: keyOf(body) });
      }
    },
    onDone: () => {
      notify.success(t(edited.value ? "documents.types.saved" : "documents.types.created"));
      open.value = false;
    },
    onStale: async () => {
      const types = await client.fetchQuery({ ...documentTypesQuery(), staleTime: 0 });
      const newest = types.find((type) => type.code === form.values.code);
      if (!newest) return;
      edited.value = newest;
      form.rebase(valuesOf(newest), (field) => t(`documents.types.${field}`));
    },
    fieldOf: { "document_type.duplicate_code": "code" },
  });

  function start(type: DocumentType | null): void {
    form.reset(type ? valuesOf(type) : blank());
    edited.value = type;
    open.value = true;
  }

  return { ...form, open, edited, start };
}
