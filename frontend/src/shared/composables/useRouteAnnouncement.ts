import { nextTick, onScopeDispose, ref, watch, type Ref } from "vue";
import { useI18n } from "vue-i18n";
import { useRoute } from "vue-router";

/** A page whose heading takes longer than this to load keeps the focus wherever the person has put it. */
const PATIENCE_MS = 5_000;

/** False while the page has no heading yet. A form that has put the focus into its first field keeps it there. */
function focusHeading(): boolean {
  if (document.activeElement?.closest("main form")) return true;
  const heading = document.querySelector<HTMLElement>("main h1");
  if (!heading) return false;
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
  return true;
}

/**
 * After a change of page: moves the focus to its h1, as soon as there is one, so that the keyboard
 * starts there, and returns the sentence for the shell's live region.
 */
export function useRouteAnnouncement(): Ref<string> {
  const route = useRoute();
  const { t } = useI18n();
  const announcement = ref("");
  let observer: MutationObserver | null = null;
  let patience: ReturnType<typeof setTimeout> | undefined;

  function stopWaiting(): void {
    observer?.disconnect();
    clearTimeout(patience);
  }

  watch(
    () => route.path,
    async () => {
      announcement.value = route.meta.title ? t(route.meta.title) : "";
      stopWaiting();
      await nextTick();
      const main = document.querySelector("main");
      // A form that has put the cursor into its first field keeps it there.
      if (document.activeElement?.matches("main input") || focusHeading() || !main) return;
      observer = new MutationObserver(() => {
        const idle = document.activeElement === null || document.activeElement === document.body;
        if (!idle || focusHeading()) stopWaiting();
      });
      observer.observe(main, { childList: true, subtree: true });
      patience = setTimeout(stopWaiting, PATIENCE_MS);
    },
  );
  onScopeDispose(stopWaiting);
  return announcement;
}
