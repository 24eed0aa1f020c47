import { ref } from "vue";

import { describeError } from "@/shared/errors";
import { notify } from "@/shared/notify";

import { fetchContent } from "../api";
import type { CustomerDocument } from "../model";

/** Saves the original file, byte for byte, under the name its uploader gave it. */
export function useOriginalDownload() {
  const downloading = ref(false);

  async function download(original: Pick<CustomerDocument, "id" | "filename">): Promise<void> {
    if (downloading.value) return;
    downloading.value = true;
    try {
      const url = URL.createObjectURL(await fetchContent({ id: original.id, variant: "original", page: 1 }));
      const link = document.createElement("a");
      link.href = url;
      link.download = original.filename;
      link.click();
      URL.revokeObjectURL(url);
    } catch (error) {
      notify.error(describeError(error));
    } finally {
      downloading.value = false;
    }
  }

  return { downloading, download };
}
