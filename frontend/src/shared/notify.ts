export type Tone = "success" | "error" | "warning" | "info";

export interface ConfirmOptions {
  title: string;
  message: string;
  confirmLabel: string;
  cancelLabel?: string;
  /** Paints the confirming button as dangerous and puts the focus on the other one. */
  danger?: boolean;
}

export interface Notifier {
  show(tone: Tone, message: string): void;
  confirm(options: ConfirmOptions): Promise<boolean>;
}

let current: Notifier | null = null;

/** Each shell hands in its own implementation (Element Plus on /pc, Vant on /m). */
export function provideNotifier(notifier: Notifier): void {
  current = notifier;
}

function shell(): Notifier {
  if (!current) throw new Error("No shell has provided a notifier yet");
  return current;
}

/**
 * How code shared by both interfaces talks to the person, without importing a UI kit:
 * one `ElMessage` in a shared composable costs a phone 20 KiB.
 */
export const notify = {
  success: (message: string): void => shell().show("success", message),
  error: (message: string): void => shell().show("error", message),
  warning: (message: string): void => shell().show("warning", message),
  info: (message: string): void => shell().show("info", message),
  confirm: (options: ConfirmOptions): Promise<boolean> => shell().confirm(options),
};
