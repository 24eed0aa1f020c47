import { storeToRefs } from "pinia";
import { computed } from "vue";
import { useI18n } from "vue-i18n";

import { describeError } from "@/shared/errors";
import { currentLocale } from "@/shared/i18n";
import { formatBytes } from "@/shared/utils/bytes";

import { useUploadQueue } from "../api";
import { canRetry, isFinished, shownProgress, wouldBeLost, type UploadItem } from "../model";

/** What both upload panels show: items newest first, one sentence for each, and one for all. */
export function useUploadPanel() {
  const { t } = useI18n();
  const queue = useUploadQueue();
  const { items, unfinished, failed, paused, storageFull } = storeToRefs(queue);

  const rows = computed(() =>
    [...items.value].reverse().map((item) => ({
      item,
      place: `${item.target.customerName} · ${item.target.documentTypeName[currentLocale()]}`,
      sentence: sentenceOf(item),
      tone: toneOf(item),
      percentage: Math.round(shownProgress(item) * 100),
      moving: !isFinished(item),
      canCancel: wouldBeLost(item),
      canRetry: canRetry(item),
      retryLabel: t(item.error?.code === "upload.refused_before" ? "uploads.anyway" : "common.retry"),
      canRemove: isFinished(item),
    })),
  );
  const summary = computed(() => {
    if (paused.value && unfinished.value.length > 0) {
      const kept = unfinished.value.every((item) => item.kept || item.state === "processing");
      return t(kept ? "uploads.summary.kept" : "uploads.summary.paused", { count: unfinished.value.length });
    }
    if (unfinished.value.length > 0) return t("uploads.summary.moving", { count: unfinished.value.length });
    if (failed.value.length > 0) return t("uploads.summary.failed", { count: failed.value.length });
    return t("uploads.summary.done");
  });
  const percentage = computed(() => {
    if (items.value.length === 0) return 0;
    const shares = items.value.map((item) => (isFinished(item) ? 1 : shownProgress(item)));
    return Math.round((shares.reduce((sum, share) => sum + share, 0) / shares.length) * 100);
  });

  function sizeOf(item: UploadItem): string {
    if (item.sentSize === null || item.sentSize >= item.size) return formatBytes(item.size);
    return t("uploads.shrunk", { from: formatBytes(item.size), to: formatBytes(item.sentSize) });
  }

  function sentenceOf(item: UploadItem): string {
    if (item.error && item.state === "failed") return describeError(item.error);
    if (item.state === "waiting" && paused.value) return t("uploads.state.waiting_for_network");
    const state = t(`uploads.state.${item.state}`);
    return item.state === "checking" ? state : `${state} · ${sizeOf(item)}`;
  }

  function toneOf(item: UploadItem): "moving" | "good" | "bad" | "quiet" {
    if (item.state === "failed") return "bad";
    if (item.state === "done") return "good";
    return isFinished(item) ? "quiet" : "moving";
  }

  return { queue, rows, summary, percentage, items, unfinished, failed, paused, storageFull };
}
