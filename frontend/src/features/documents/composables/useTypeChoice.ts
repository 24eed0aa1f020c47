import { computed, ref } from "vue";

import { guessType } from "../model";
import type { Slot } from "./useChecklist";

interface Sorted {
  file: File;
  code: string;
}

/** Files that came without a slot: each gets the type its name suggests, and the person corrects it. */
export function useTypeChoice(slots: () => readonly Slot[], add: (files: File[], code: string) => void) {
  const rows = ref<Sorted[]>([]);
  const choices = computed(() => slots().filter((slot) => slot.canUpload));
  const complete = computed(() => rows.value.every((row) => row.code !== ""));

  function ask(files: readonly File[]) {
    const codes = choices.value.map((slot) => slot.type.code);
    rows.value = files.map((file) => ({ file, code: guessType(file.name, codes) ?? "" }));
  }

  function chooseForAll(code: string) {
    for (const row of rows.value) row.code = code;
  }

  function confirm() {
    if (!complete.value) return;
    for (const code of new Set(rows.value.map((row) => row.code))) {
      add(rows.value.filter((row) => row.code === code).map((row) => row.file), code);
    }
    rows.value = [];
  }

  return { rows, choices, complete, ask, chooseForAll, confirm, cancel: () => (rows.value = []) };
}
