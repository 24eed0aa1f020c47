import { computed, markRaw, reactive, ref } from "vue";

import type { Processing } from "@/api/generated";
import { ApiError, isApiError, pauseBefore } from "@/api/problem";

import {
  isBusy,
  isFinished,
  isNetworkFailure,
  isPassing,
  MAX_BYTES,
  refusalOf,
  sniffFormat,
  SNIFFED_BYTES,
  tooLarge,
  tooManyFiles,
  wouldBeLost,
  type FileFormat,
  type UploadItem,
  type UploadTarget,
} from "./model";

export interface Shipment {
  file: File;
  target: UploadTarget;
  /** The same for every try of one item, so that a try whose answer was lost makes no second document. */
  idempotencyKey: string;
  signal: AbortSignal;
  onProgress: (share: number) => void;
}

export interface Receipt {
  documentId: string;
  processing: Processing;
  duplicate: boolean;
}

export interface QueueDependencies {
  send: (shipment: Shipment) => Promise<Receipt>;
  processingOf: (documentId: string) => Promise<Processing>;
  /** Makes a photo smaller; gives the file back when it cannot. */
  shrink: (file: File, format: FileFormat) => Promise<File>;
  newKey: () => string;
  isOnline: () => boolean;
  random?: () => number;
}

interface Job {
  file: File;
  prepared: File | null;
  abort: AbortController | null;
  timer: ReturnType<typeof setTimeout> | undefined;
  /** Times in a row that the server had no place for it. */
  pauses: number;
}

const CONCURRENCY = 2;
const MOST_FAILURES = 3;
/** Milliseconds between looks at a network that the browser does not report as lost. */
const PROBE_AFTER = 15_000;
/** Milliseconds between tries while the server has no place and does not say when to come again. */
const LONGEST_PAUSE = 30_000;

/**
 * Sends files two at a time and brings each to an end, whatever the network does.
 *
 * A failing server is tried three more times. A busy one and a lost network never fail an item: it waits as long as the
 * server asks, and the queue goes on by itself when the network is back.
 */
export function createUploadQueue(dependencies: QueueDependencies) {
  const random = dependencies.random ?? Math.random;
  const items = ref<UploadItem[]>([]);
  const paused = ref(false);
  const jobs = new Map<string, Job>();
  let running = 0;
  let probe: ReturnType<typeof setTimeout> | undefined;

  const unfinished = computed(() => items.value.filter((item) => !isFinished(item)));
  const failed = computed(() => items.value.filter((item) => item.state === "failed"));
  const losable = computed(() => items.value.some(wouldBeLost));

  function jobOf(item: UploadItem): Job {
    const job = jobs.get(item.id);
    if (!job) throw new Error(`upload ${item.id} has no file`);
    return job;
  }

  function fail(item: UploadItem, error: ApiError) {
    item.error = markRaw(error);
    item.state = "failed";
  }

  function roomLeft(target: UploadTarget): number {
    if (target.room === null) return Infinity;
    const onTheWay = unfinished.value.filter(
      (item) =>
        item.target.customerId === target.customerId &&
        item.target.documentType === target.documentType &&
        wouldBeLost(item),
    );
    return target.room - onTheWay.length;
  }

  /** Takes files for one customer and type; those that cannot be taken stand in the list with the reason. */
  function add(files: readonly File[], target: UploadTarget): UploadItem[] {
    let room = roomLeft(target);
    return files.map((file) => {
      const item: UploadItem = reactive({
        id: dependencies.newKey(),
        filename: file.name,
        size: file.size,
        target,
        format: null,
        sentSize: null,
        state: "checking",
        progress: 0,
        failures: 0,
        error: null,
        documentId: null,
      });
      jobs.set(item.id, { file, prepared: null, abort: null, timer: undefined, pauses: 0 });
      items.value.push(item);
      room -= 1;
      if (room < 0) fail(item, tooManyFiles());
      else void check(item, file);
      return item;
    });
  }

  async function check(item: UploadItem, file: File) {
    let head: Uint8Array;
    try {
      head = new Uint8Array(await file.slice(0, SNIFFED_BYTES).arrayBuffer());
    } catch {
      fail(item, new ApiError("problem", 422, { code: "document.unreadable" }));
      return;
    }
    if (item.state !== "checking") return;
    item.format = sniffFormat(head);
    const refusal = refusalOf(file.size, item.format, item.target);
    if (refusal) {
      fail(item, refusal);
      return;
    }
    item.state = "waiting";
    pump();
  }

  function pump() {
    if (!paused.value && !dependencies.isOnline()) pause();
    while (!paused.value && running < CONCURRENCY) {
      const next = items.value.find((item) => item.state === "waiting" && jobOf(item).timer === undefined);
      if (!next) return;
      void run(next);
    }
  }

  async function run(item: UploadItem) {
    const job = jobOf(item);
    const abort = new AbortController();
    job.abort = abort;
    running += 1;
    try {
      await ship(item, job, abort.signal);
    } catch (error) {
      if (!abort.signal.aborted) settle(item, job, error);
    } finally {
      running -= 1;
      pump();
    }
  }

  async function ship(item: UploadItem, job: Job, signal: AbortSignal) {
    if (job.prepared === null) {
      item.state = "compressing";
      job.prepared = await dependencies.shrink(job.file, item.format as FileFormat);
      item.sentSize = job.prepared.size;
      signal.throwIfAborted();
    }
    if (job.prepared.size > MAX_BYTES) throw tooLarge();
    item.state = "uploading";
    item.progress = 0;
    const receipt = await dependencies.send({
      file: job.prepared,
      target: item.target,
      idempotencyKey: item.id,
      signal,
      onProgress: (share) => {
        if (!signal.aborted) item.progress = share;
      },
    });
    signal.throwIfAborted();
    item.progress = 1;
    item.documentId = receipt.documentId;
    if (receipt.duplicate) item.state = "duplicate";
    else follow(item, receipt.processing);
  }

  function settle(item: UploadItem, job: Job, error: unknown) {
    if (isBusy(error)) {
      item.state = "waiting";
      sleep(job, pauseBefore(error, Math.min(LONGEST_PAUSE, 1_000 * 2 ** job.pauses), random));
      job.pauses += 1;
      return;
    }
    job.pauses = 0;
    item.failures += 1;
    if (isNetworkFailure(error)) {
      item.state = "waiting";
      if (item.failures >= MOST_FAILURES || !dependencies.isOnline()) pause();
      else postpone(item, job, error);
    } else if (isPassing(error) && item.failures <= MOST_FAILURES) {
      item.state = "waiting";
      postpone(item, job, error);
    } else {
      fail(item, isApiError(error) ? error : new ApiError("problem", 0, { code: "client.unexpected" }));
    }
  }

  /** One, two, four seconds, unless the server names a time. */
  function postpone(item: UploadItem, job: Job, error: unknown) {
    sleep(job, pauseBefore(error, 1_000 * 2 ** (item.failures - 1), random));
  }

  function sleep(job: Job, delay: number) {
    job.timer = setTimeout(() => {
      job.timer = undefined;
      pump();
    }, delay);
  }

  /** The bytes are safe; what is left is the server's work on them, told by an event or asked for. */
  function follow(item: UploadItem, processing: Processing, looks = 0) {
    if (processing === "ready") item.state = "done";
    else if (processing === "failed") fail(item, new ApiError("problem", 422, { code: "document.unreadable" }));
    else {
      item.state = "processing";
      const delay = Math.min(15_000, 2_000 * 1.5 ** looks);
      const documentId = item.documentId as string;
      jobOf(item).timer = setTimeout(() => {
        dependencies
          .processingOf(documentId)
          .catch((): Processing => "queued")
          .then((now) => {
            // The answer may come after everything was dropped.
            if (item.state === "processing" && jobs.has(item.id)) follow(item, now, looks + 1);
          });
      }, delay);
    }
  }

  /** Hears from the live events that the server has finished with a document. */
  function processed(documentId: string, outcome: "ready" | "failed") {
    const item = items.value.find((one) => one.documentId === documentId && one.state === "processing");
    if (!item) return;
    clearTimeout(jobOf(item).timer);
    follow(item, outcome);
  }

  function pause() {
    paused.value = true;
    clearTimeout(probe);
    probe = setTimeout(networkBack, PROBE_AFTER);
  }

  /** Stops what is under way; it starts again from its first byte when the network is back. */
  function networkLost() {
    for (const item of unfinished.value) {
      if (item.state !== "uploading") continue;
      jobOf(item).abort?.abort();
      item.state = "waiting";
      item.progress = 0;
    }
    pause();
  }

  function networkBack() {
    clearTimeout(probe);
    paused.value = false;
    for (const item of unfinished.value) {
      if (item.state !== "waiting") continue;
      const job = jobOf(item);
      clearTimeout(job.timer);
      job.timer = undefined;
      item.failures = 0;
    }
    pump();
  }

  function retry(item: UploadItem) {
    if (item.state !== "failed" && item.state !== "cancelled") return;
    item.error = null;
    item.failures = 0;
    item.progress = 0;
    if (item.format === null) {
      item.state = "checking";
      void check(item, jobOf(item).file);
    } else {
      item.state = "waiting";
      pump();
    }
  }

  function stop(item: UploadItem) {
    const job = jobOf(item);
    clearTimeout(job.timer);
    job.timer = undefined;
    job.abort?.abort();
  }

  function cancel(item: UploadItem) {
    if (!wouldBeLost(item)) return;
    stop(item);
    item.state = "cancelled";
    pump();
  }

  function remove(item: UploadItem) {
    if (!isFinished(item)) return;
    jobs.delete(item.id);
    items.value = items.value.filter((one) => one.id !== item.id);
  }

  function clearFinished() {
    for (const item of items.value.filter(isFinished)) remove(item);
  }

  /** Drops everything, on log-out: the next person must not send the last one's files. */
  function reset() {
    clearTimeout(probe);
    paused.value = false;
    for (const item of items.value) stop(item);
    items.value = [];
    jobs.clear();
  }

  return {
    items,
    unfinished,
    failed,
    losable,
    paused,
    add,
    cancel,
    clearFinished,
    networkBack,
    networkLost,
    processed,
    remove,
    reset,
    retry,
  };
}
