import type { DocumentType } from "./model";

/** Whether the camera's frame for a type is that of a card instead of an upright page. */
export function isWide(code: string): boolean {
  return code.includes("id_card");
}

/** What of a slot decides whether the clerk's next photo belongs there. */
export interface Takes {
  type: Pick<DocumentType, "code" | "allowed_kinds">;
  canUpload: boolean;
  /** Files on their way to it, and those that did not make it. */
  uploads: readonly { state: string }[];
}

/**
 * The missing slot that the next photo is for: the first after `code` in the order of the list, then from its start.
 * Slots for which a photo is on its way, or was taken a moment ago (`taken`), are done as far as the person cares.
 */
export function nextToPhotograph<T extends Takes>(missing: readonly T[], order: readonly T[], code: string | null, taken: ReadonlySet<string>): T | null {
  const from = order.findIndex((slot) => slot.type.code === code);
  const onwards = [...order.slice(from + 1), ...order.slice(0, from + 1)];
  const wanted = new Set(missing.map((slot) => slot.type.code));
  return (
    onwards.find(
      (slot) =>
        wanted.has(slot.type.code) &&
        slot.type.code !== code &&
        slot.canUpload &&
        slot.type.allowed_kinds.includes("image") &&
        !taken.has(slot.type.code) &&
        slot.uploads.every((upload) => upload.state === "failed"),
    ) ?? null
  );
}
