import { onScopeDispose, toValue, type MaybeRefOrGetter } from "vue";
import { useI18n } from "vue-i18n";
import { onBeforeRouteLeave } from "vue-router";

import { notify } from "../notify";
import { useSessionStore } from "../stores/session";

/** Asks before unsaved work is lost: on leaving the page inside the app, and on closing the tab. */
export function useUnsavedGuard(dirty: MaybeRefOrGetter<boolean>): void {
  const { t } = useI18n();
  const session = useSessionStore();

  onBeforeRouteLeave(() => {
    // A session that has ended must not be kept on the page by a question.
    if (!toValue(dirty) || !session.isSignedIn) return true;
    return notify.confirm({
      title: t("unsaved.title"),
      message: t("unsaved.message"),
      confirmLabel: t("unsaved.leave"),
      cancelLabel: t("unsaved.stay"),
      danger: true,
    });
  });

  const warn = (event: BeforeUnloadEvent): void => {
    if (toValue(dirty)) event.preventDefault();
  };
  window.addEventListener("beforeunload", warn);
  onScopeDispose(() => window.removeEventListener("beforeunload", warn));
}
