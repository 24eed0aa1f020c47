import { shallowRef } from "vue";

import type { ConfirmOptions } from "@/shared/notify";

/** The question that is being asked now. */
export const confirmation = shallowRef<ConfirmOptions | null>(null);
let answer: ((yes: boolean) => void) | null = null;

/** Asks; a question that is still open counts as answered with no. */
export function askConfirmation(options: ConfirmOptions): Promise<boolean> {
  answer?.(false);
  confirmation.value = options;
  return new Promise((resolve) => {
    answer = resolve;
  });
}

export function answerConfirmation(yes: boolean): void {
  confirmation.value = null;
  answer?.(yes);
  answer = null;
}
