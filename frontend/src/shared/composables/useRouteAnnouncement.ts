import { nextTick, ref, watch, type Ref } from "vue";
import { useI18n } from "vue-i18n";
import { useRoute } from "vue-router";

/**
 * After a change of page: moves the focus to its h1 (so that the keyboard starts there) and returns
 * the sentence for the shell's live region.
 */
export function useRouteAnnouncement(): Ref<string> {
  const route = useRoute();
  const { t } = useI18n();
  const announcement = ref("");

  watch(
    () => route.path,
    async () => {
      announcement.value = route.meta.title ? t(route.meta.title) : "";
      await nextTick();
      const heading = document.querySelector<HTMLElement>("main h1");
      if (!heading) return;
      heading.tabIndex = -1;
      heading.focus({ preventScroll: true });
    },
  );
  return announcement;
}
