import { nextTick, watch, type Ref } from "vue";

/**
 * After each failed submit the focus goes to the first field that is wrong.
 *
 * `errors` must be replaced, not changed in place, by each submit. `selector` finds the faulty
 * inputs of the kit in use, in document order.
 */
export function useFirstErrorFocus(errors: Ref<Record<string, string>>, selector: string): void {
  watch(errors, async (now) => {
    if (Object.keys(now).length === 0) return;
    await nextTick();
    document.querySelector<HTMLElement>(selector)?.focus();
  });
}
