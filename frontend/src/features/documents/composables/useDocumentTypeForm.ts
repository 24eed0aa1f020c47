import { useQueryClient } from "@tanstack/vue-query";
import { computed, reactive, ref } from "vue";
import { useI18n } from "vue-i18n";
import * as z from "zod/mini";

import { describeError, fieldErrors } from "@/shared/errors";
import { isApiError } from "@/api/problem";
import { notify } from "@/shared/notify";
import { randomUuid } from "@/shared/utils/uuid";
import { firstIssues } from "@/shared/utils/zod";

import { documentTypesQuery, useCreateDocumentType, useUpdateDocumentType } from "../api";
import { inputOf, type DocumentKind, type DocumentType } from "../model";

const text = (fault: string) => z.string().check(z.trim(), z.minLength(1, fault), z.maxLength(60, fault));

export const documentTypeSchema = z.object({
  code: z.string().check(z.regex(/^[a-z][a-z0-9_]{1,39}$/, "documents.types.fault.code")),
  name: text("documents.types.fault.name"),
  name_en: text("documents.types.fault.name_en"),
  hint: z.string().check(z.trim(), z.maxLength(200)),
  is_required: z.boolean(),
  allowed_kinds: z.array(z.enum(["image", "pdf"])).check(z.minLength(1, "documents.types.fault.kinds")),
  max_files: z.number("documents.types.fault.max_files").check(
    z.int("documents.types.fault.max_files"),
    z.minimum(1, "documents.types.fault.max_files"),
    z.maximum(200, "documents.types.fault.max_files"),
  ),
});

const blank = {
  code: "",
  name: "",
  name_en: "",
  hint: "",
  is_required: false,
  allowed_kinds: ["image", "pdf"] as DocumentKind[],
  max_files: 10,
};

/** Creating and editing a document type; `nextOrder` puts a new one at the end of the list. */
export function useDocumentTypeForm(nextOrder: () => number) {
  const { t } = useI18n();
  const client = useQueryClient();
  const creation = useCreateDocumentType();
  const update = useUpdateDocumentType();

  const open = ref(false);
  const edited = ref<DocumentType | null>(null);
  const values = reactive({ ...blank });
  const errors = ref<Record<string, string>>({});
  const failure = ref("");
  const pending = computed(() => creation.isPending.value || update.isPending.value);
  let key = "";

  function start(type: DocumentType | null): void {
    const source = type ?? blank;
    Object.assign(values, {
      code: source.code,
      name: source.name,
      name_en: source.name_en,
      hint: source.hint ?? "",
      is_required: source.is_required,
      allowed_kinds: [...source.allowed_kinds],
      max_files: source.max_files,
    });
    edited.value = type;
    errors.value = {};
    failure.value = "";
    key = randomUuid();
    open.value = true;
  }

  /** Somebody else has saved this type meanwhile: shows what they made of it. */
  async function startOver(code: string): Promise<void> {
    const types = await client.fetchQuery({ ...documentTypesQuery(), staleTime: 0 });
    const newest = types.find((type) => type.code === code);
    if (!newest) return;
    start(newest);
    failure.value = t("documents.types.stale");
  }

  async function submit(): Promise<void> {
    const parsed = documentTypeSchema.safeParse(values);
    errors.value = firstIssues(parsed, t);
    failure.value = "";
    if (!parsed.success || pending.value) return;
    const { code, ...fields } = parsed.data;
    const input = { ...fields, hint: fields.hint || null };
    try {
      if (edited.value) {
        const { version } = edited.value;
        await update.mutateAsync({ ...inputOf(edited.value), ...input, code, version });
        notify.success(t("documents.types.saved"));
      } else {
        await creation.mutateAsync({ ...input, code, key, sort_order: nextOrder(), is_active: true });
        notify.success(t("documents.types.created"));
      }
      open.value = false;
    } catch (error) {
      if (isApiError(error, "request.stale")) {
        await startOver(code);
        return;
      }
      errors.value = fieldErrors(error);
      failure.value = describeError(error);
      // A corrected form is another request, which the server tells apart by another key.
      key = randomUuid();
      if (isApiError(error, "document_type.duplicate_code")) errors.value = { code: failure.value };
    }
  }

  return { open, edited, values, errors, failure, pending, start, submit };
}
