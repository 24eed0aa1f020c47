import { findVault, openVault } from "@/shared/vault";

import type { KeptItem, UploadItem } from "./model";
import type { UploadShelf } from "./queue";

/** The queue's files in the vault of this person's sign-in. */
export function shelfOf(userId: () => string | undefined): UploadShelf {
  async function vault() {
    const id = userId();
    return id === undefined ? null : openVault(id);
  }

  return {
    async keep(item: UploadItem, file: File, order: number) {
      const opened = await vault();
      if (!opened) return false;
      const { id, filename, size, target, format, sentSize } = item;
      const kept: KeptItem = { id, filename, size, target, format, sentSize, order, type: file.type, lastModified: file.lastModified };
      // The bytes first: an entry without its file would be an upload of nothing.
      await opened.putFile(id, file);
      await opened.put("uploads", id, kept);
      return true;
    },
    async drop(id: string) {
      const opened = await findVault();
      await opened?.drop("uploads", id);
      await opened?.drop("files", id);
    },
  };
}

/** What earlier visits of this person have left. */
export async function filesLeft(userId: string): Promise<{ kept: KeptItem; file: File }[]> {
  const vault = await openVault(userId);
  const found: { kept: KeptItem; file: File }[] = [];
  for (const id of (await vault?.ids("uploads")) ?? []) {
    const kept = await vault?.get<KeptItem>("uploads", id);
    const bytes = await vault?.getFile(id);
    if (!kept || !bytes) continue;
    const { filename, type, lastModified } = kept;
    found.push({ kept, file: new File([bytes], filename, { type, lastModified }) });
  }
  return found;
}
