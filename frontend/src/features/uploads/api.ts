import axios from "axios";
import { defineStore } from "pinia";
import { watch, watchEffect } from "vue";

import { http } from "@/api/client";
import { ApiError } from "@/api/problem";
import { liveConnection, onLiveEvent } from "@/shared/realtime/live";
import { useSessionStore } from "@/shared/stores/session";
import { randomUuid } from "@/shared/utils/uuid";

import { shrinkImage } from "./compress";
import { pendingUploads } from "./pending";
import { waitingUploads } from "./waiting";
import { createUploadQueue, type Processing, type Receipt, type Shipment } from "./queue";

interface StoredDocument {
  id: string;
  processing: Processing;
}

/** Milliseconds without a byte moving after which a line counts as cut, though the browser has noticed nothing. */
const STALL = 60_000;

async function send({ file, target, idempotencyKey, signal, onProgress }: Shipment): Promise<Receipt> {
  const form = new FormData();
  form.append("customer_id", target.customerId);
  form.append("document_type", target.documentType);
  form.append("file", file, file.name);
  const line = new AbortController();
  const cut = () => line.abort();
  signal.addEventListener("abort", cut);
  let watchdog = setTimeout(cut, STALL);
  try {
    const response = await http.post<StoredDocument>("/api/v1/documents/upload", form, {
      timeout: 0,
      signal: line.signal,
      headers: { "Idempotency-Key": idempotencyKey },
      onUploadProgress: ({ loaded, total }) => {
        clearTimeout(watchdog);
        watchdog = setTimeout(cut, STALL);
        if (total) onProgress(loaded / total);
      },
    });
    return {
      documentId: response.data.id,
      processing: response.data.processing,
      duplicate: response.headers["kehui-duplicate"] === "true",
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
  const { data } = await http.get<StoredDocument>(`/api/v1/documents/${documentId}`);
  return data.processing;
}

/** The one upload queue of the tab, above the router: leaving a page never stops an upload. */
export const useUploadQueue = defineStore("uploadQueue", () => {
  const queue = createUploadQueue({
    send,
    processingOf,
    shrink: shrinkImage,
    newKey: randomUuid,
    isOnline: () => navigator.onLine,
  });

  useSessionStore().onLeave(queue.reset);
  // The queue lives as long as the tab, and so do its listeners.
  window.addEventListener("online", queue.networkBack);
  window.addEventListener("offline", queue.networkLost);
  window.addEventListener("beforeunload", (event) => {
    if (queue.losable.value) event.preventDefault();
  });
  watch(
    () => queue.unfinished.value.length + queue.failed.value.length,
    (count) => (pendingUploads.value = count),
  );
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
