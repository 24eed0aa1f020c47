import { useQuery } from "@tanstack/vue-query";
import { computed, ref } from "vue";
import { useI18n } from "vue-i18n";

import { describeError } from "@/shared/errors";
import { currentLocale } from "@/shared/i18n";
import { notify } from "@/shared/notify";

import { documentTypesQuery, useUpdateDocumentType } from "../api";
import { inputOf, reordered, typeName, type DocumentType } from "../model";

/** The list of document types with what an administrator does to it: order, activate, deactivate. */
export function useDocumentTypes() {
  const { t } = useI18n();
  const query = useQuery(documentTypesQuery());
  const update = useUpdateDocumentType();
  const working = ref(false);
  const types = computed(() =>
    [...(query.data.value ?? [])].sort((one, other) => one.sort_order - other.sort_order),
  );

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

  function move(type: DocumentType, step: 1 | -1): Promise<void> {
    return work(async () => {
      for (const moved of reordered(types.value, type.code, step)) {
        await update.mutateAsync({ ...inputOf(moved), code: moved.code, version: moved.version });
      }
    });
  }

  async function setActive(type: DocumentType, active: boolean): Promise<void> {
    const sure =
      active ||
      (await notify.confirm({
        title: t("documents.types.deactivate_title"),
        message: t("documents.types.deactivate_message", { name: typeName(type, currentLocale()) }),
        confirmLabel: t("documents.types.deactivate"),
        danger: true,
      }));
    if (!sure) return;
    await work(() =>
      update.mutateAsync({ ...inputOf(type), is_active: active, code: type.code, version: type.version }),
    );
  }

  return {
    types,
    ready: computed(() => query.data.value !== undefined),
    error: query.error,
    refetch: query.refetch,
    working,
    move,
    setActive,
  };
}
