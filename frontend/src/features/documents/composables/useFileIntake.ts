import { ref } from "vue";
import { useI18n } from "vue-i18n";

import { useDocumentListener } from "@/shared/composables/useDocumentListener";

import { namePasted } from "../model";

interface IntakeOptions {
  enabled: () => boolean;
  /** Receives files and the slot they were given to; null when the person has yet to say which. */
  onFiles: (files: File[], slot: string | null) => void;
}

function carriesFiles(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes("Files") ?? false;
}

function isTextField(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest("input, textarea, [contenteditable]") !== null;
}

async function filesIn(entry: FileSystemEntry): Promise<File[]> {
  if (entry.isFile) {
    return [await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject))];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const files: File[] = [];
  // A folder's entries come in portions; an empty one ends them.
  for (;;) {
    const portion = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (portion.length === 0) return files;
    for (const child of portion) files.push(...(await filesIn(child)));
  }
}

/** The files of a drop, those inside dropped folders included. */
export async function droppedFiles(transfer: DataTransfer): Promise<File[]> {
  const plain = [...transfer.files];
  // The entries must be taken before the first await: the browser empties the list when the event is over.
  const entries = [...transfer.items].flatMap((item) => item.webkitGetAsEntry?.() ?? []);
  if (!entries.some((entry) => entry.isDirectory)) return plain;
  return (await Promise.all(entries.map(filesIn))).flat().filter((file) => !file.name.startsWith("."));
}

/**
 * Files that reach a page of slots without a picker: dragged onto it, or pasted.
 *
 * An element with `data-slot="code"` is a slot. A paste goes to the slot that the pointer or the focus came to last; a
 * drop goes to the slot it falls on.
 */
export function useFileIntake({ enabled, onFiles }: IntakeOptions) {
  const { t } = useI18n();
  const over = ref<string | null>(null);
  const dragging = ref(false);
  /** What the pointer or the focus came to last. */
  let attended: EventTarget | null = null;

  function slotOf(target: EventTarget | null): string | null {
    const slot = target instanceof Element ? target.closest<HTMLElement>("[data-slot]") : null;
    return slot?.dataset["slot"] ?? null;
  }

  function calmDown() {
    dragging.value = false;
    over.value = null;
  }

  useDocumentListener("dragenter", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    dragging.value = enabled();
  });
  useDocumentListener("dragover", (event) => {
    if (!carriesFiles(event)) return;
    // Without this the browser would leave the page and show the file.
    event.preventDefault();
    if (event.dataTransfer) event.dataTransfer.dropEffect = enabled() ? "copy" : "none";
    over.value = enabled() ? slotOf(event.target) : null;
  });
  useDocumentListener("dragleave", (event) => {
    if (event.relatedTarget === null) calmDown();
  });
  useDocumentListener("drop", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    const slot = slotOf(event.target);
    calmDown();
    if (!enabled() || !event.dataTransfer) return;
    void droppedFiles(event.dataTransfer).then((files) => {
      if (files.length > 0) onFiles(files, slot);
    });
  });

  function attend(event: Event) {
    attended = event.target;
  }
  useDocumentListener("pointerover", attend);
  useDocumentListener("focusin", attend);
  useDocumentListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (!enabled() || files.length === 0 || isTextField(event.target)) return;
    event.preventDefault();
    const named = files.map((file) => namePasted(file, t("documents.paste_name"), new Date()));
    onFiles(named, slotOf(attended));
  });

  return { dragging, over };
}
