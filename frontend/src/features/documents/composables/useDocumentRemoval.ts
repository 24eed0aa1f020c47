import { ref } from "vue";
import { useI18n } from "vue-i18n";

import { describeError } from "@/shared/errors";
import { notify } from "@/shared/notify";

import { useDeleteDocument, useRestoreDocument } from "../api";
import type { CustomerDocument } from "../model";

type Removable = Pick<CustomerDocument, "id" | "filename">;

/** Milliseconds in which a deletion can be taken back at one press; later it is done in the trash. */
const UNDO_FOR = 8_000;

const removed = ref<Removable | null>(null);
let timer: ReturnType<typeof setTimeout> | undefined;

function offer(document: Removable | null) {
  clearTimeout(timer);
  removed.value = document;
  if (document) timer = setTimeout(() => (removed.value = null), UNDO_FOR);
}

/** Deleting a document: at once, since it can be taken back for a while here and for good in the trash. */
export function useDocumentRemoval() {
  const { t } = useI18n();
  const deletion = useDeleteDocument();
  const restoration = useRestoreDocument();

  /** True when the document is gone. */
  async function remove(document: Removable): Promise<boolean> {
    try {
      await deletion.mutateAsync(document.id);
    } catch (error) {
      notify.error(describeError(error));
      return false;
    }
    offer(document);
    return true;
  }

  async function restore(document: Removable): Promise<void> {
    offer(null);
    try {
      await restoration.mutateAsync(document.id);
      notify.success(t("documents.delete.restored", { filename: document.filename }));
    } catch (error) {
      notify.error(describeError(error));
    }
  }

  return { remove, restore, removed, restoring: restoration.isPending };
}
