import { onScopeDispose, ref, shallowReactive } from "vue";

export interface Hotkey {
  /** `KeyboardEvent.key`, with `Ctrl+` in front where needed: "?", "n", "ArrowRight", "Ctrl+s". */
  key: string;
  /** Message key that says what it does; shown in the help. */
  label: string;
  run: () => void;
}

/** Every shortcut that works on the page now, for the help dialog. */
export const activeHotkeys = shallowReactive(new Set<Hotkey>());

/** True while the help is read: pressing a key to see what it does must not do it. */
export const hotkeysSuspended = ref(false);

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest("input, textarea, select, [contenteditable]") !== null;
}

/** Letters count the same with Caps Lock on. */
function pressed(event: KeyboardEvent): string {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  return event.ctrlKey || event.metaKey ? `Ctrl+${key}` : key;
}

let listening = false;

function listen(): void {
  if (listening) return;
  listening = true;
  window.addEventListener("keydown", (event) => {
    if (hotkeysSuspended.value || event.defaultPrevented || event.altKey || isTyping(event.target)) return;
    // The latest registration wins: a viewer above a list takes the arrows from it.
    const hotkey = [...activeHotkeys].reverse().find((candidate) => candidate.key === pressed(event));
    if (!hotkey) return;
    event.preventDefault();
    hotkey.run();
  });
}

/** Registers shortcuts for as long as the calling component lives; typing in a field never triggers them. */
export function useHotkeys(hotkeys: Hotkey[]): void {
  listen();
  for (const hotkey of hotkeys) activeHotkeys.add(hotkey);
  onScopeDispose(() => {
    for (const hotkey of hotkeys) activeHotkeys.delete(hotkey);
  });
}
