import axios from "axios";
import { defineStore } from "pinia";
import { watch, watchEffect } from "vue";

import { readDocument, uploadDocument, type Processing } from "@/api/generated";
import { ApiError } from "@/api/problem";
import { liveConnection, onLiveEvent } from "@/shared/realtime/live";
import { useSessionStore } from "@/shared/stores/session";
import { uiOf } from "@/shared/ui";
import { randomUuid } from "@/shared/utils/uuid";
import { vaultsArePossible } from "@/shared/vault-support";

import { shrinkImage } from "./compress";
import { waitingUploads } from "./waiting";
import { createUploadQueue, type Receipt, type Shipment, type UploadShelf } from "./queue";

/** Milliseconds without a byte moving after which a line counts as cut, though the browser has noticed nothing. */
const STALL = 60_000;

async function send({ file, target, idempotencyKey, signal, onProgress }: Shipment): Promise<Receipt> {
  const line = new AbortController();
  const cut = () => line.abort();
  signal.addEventListener("abort", cut);
  let watchdog = setTimeout(cut, STALL);
  try {
    const { data, headers } = await uploadDocument({
      body: { customer_id: target.customerId, document_type: target.documentType, file },
      headers: { "Idempotency-Key": idempotencyKey },
      timeout: 0,
      signal: line.signal,
      throwOnError: true,
      onUploadProgress: ({ loaded, total }) => {
        clearTimeout(watchdog);
        watchdog = setTimeout(cut, STALL);
        if (total) onProgress(loaded / total);
      },
    });
    return {
      documentId: data.id,
      processing: data.processing,
      duplicate: headers["kehui-duplicate"] === "true",
    };
  } catch (error) {
    if (axios.isCancel(error) && !signal.aborted) throw new ApiError("network", 0);
    throw error;
  } finally {
    clearTimeout(watchdog);
    signal.removeEventListener("abort", cut);
  }
}

async function processingOf(documentId: string): Promise<Processing> {
  return (await readDocument({ path: { document_id: documentId }, throwOnError: true })).data.processing;
}

async function digest(file: File): Promise<string> {
  if (!vaultsArePossible()) return "";
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The one upload queue of the tab, above the router: leaving a page never stops an upload. */
export const useUploadQueue = defineStore("uploadQueue", () => {
  const session = useSessionStore();
  const onPhone = uiOf(window.location.pathname) === "m";
  const personId = () => session.user?.id;
  const shelf: UploadShelf = {
    keep: async (...file) => (await import("./shelf")).shelfOf(personId).keep(...file),
    drop: async (id) => (await import("./shelf")).shelfOf(personId).drop(id),
  };
  const queue = createUploadQueue({
    send,
    processingOf,
    shrink: shrinkImage,
    newKey: randomUuid,
    isOnline: () => navigator.onLine,
    digest,
    // Photos of one sitting belong in the order in which they were taken.
    lanes: () => (onPhone ? 1 : 2),
    ...(onPhone && vaultsArePossible() ? { shelf } : {}),
  });

  session.onLeave(queue.reset);
  if (onPhone) {
    watch(
      () => session.user?.id,
      async (userId) => {
        if (userId === undefined || !vaultsArePossible()) return;
        const left = await (await import("./shelf")).filesLeft(userId);
        if (userId === session.user?.id) queue.takeUp(left);
      },
      { immediate: true },
    );
  }
  // The queue lives as long as the tab, and so do its listeners.
  window.addEventListener("online", queue.networkBack);
  window.addEventListener("offline", queue.networkLost);
  window.addEventListener("beforeunload", (event) => {
    if (queue.losable.value) event.preventDefault();
  });
  watch(liveConnection, (state) => {
    if (state === "open" && queue.paused.value) queue.networkBack();
  });
  onLiveEvent(["document.ready", "document.failed"], (event) => {
    if (event.document_id === null) return;
    queue.processed(event.document_id, event.type === "document.ready" ? "ready" : "failed");
  });

  watchEffect(() => {
    waitingUploads.value = queue.unfinished.value.length + queue.failed.value.length;
  });

  return queue;
});
