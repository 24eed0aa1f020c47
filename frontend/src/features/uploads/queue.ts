import { computed, markRaw, reactive, ref } from "vue";

import type { Processing } from "@/api/generated";
import { ApiError, isApiError, pauseBefore } from "@/api/problem";

import {
  canRetry,
  isBusy,
  isFinished,
  isNetworkFailure,
  isPassing,
  MAX_BYTES,
  refusedBefore,
  refusalOf,
  sniffFormat,
  SNIFFED_BYTES,
  tooLarge,
  tooManyFiles,
  wouldBeLost,
  type FileFormat,
  type KeptItem,
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
  /** How many files are sent at the same time; with one of them, files arrive in the order in which they were given. */
  lanes?: () => number;
  /** Where files rest until they are up, so that closing the browser loses none. */
  shelf?: UploadShelf;
  /** SHA-256 of a file in hexadecimal digits; empty where it cannot be computed. */
  digest?: (file: File) => Promise<string>;
  random?: () => number;
}

export interface UploadShelf {
  /** False when there is no place for it. */
  keep: (item: UploadItem, file: File, order: number) => Promise<boolean>;
  drop: (id: string) => Promise<void>;
}

interface Job {
  file: File;
  prepared: File | null;
  abort: AbortController | null;
  timer: ReturnType<typeof setTimeout> | undefined;
  /** Times in a row that the server had no place for it. */
  pauses: number;
  order: number;
}

const USUAL_LANES = 2;
const MOST_FAILURES = 3;
/** Milliseconds between looks at a network that the browser does not report as lost. */
const PROBE_AFTER = 15_000;
/** Milliseconds between tries while the server has no place and does not say when to come again. */
const LONGEST_PAUSE = 30_000;

/**
 * Sends a few files at a time and brings each to an end, whatever the network does.
 *
 * A failing server is tried three more times. A busy one and a lost network never fail an item: it waits as long as the
 * server asks, and the queue goes on by itself when the network is back.
 */
export function createUploadQueue(dependencies: QueueDependencies) {
  const random = dependencies.random ?? Math.random;
  const items = ref<UploadItem[]>([]);
  const paused = ref(false);
  /** The phone's storage took a file no more: what is not up yet must not be closed. */
  const storageFull = ref(false);
  const jobs = new Map<string, Job>();
  let running = 0;
  let given = 0;
  /** One after the other, so that an older state never overwrites a newer one, and a count finds every earlier file judged. */
  let shelving = Promise.resolve();
  let checking = Promise.resolve();
  let probe: ReturnType<typeof setTimeout> | undefined;

  const unfinished = computed(() => items.value.filter((item) => !isFinished(item)));
  const failed = computed(() => items.value.filter((item) => item.state === "failed"));
  const losable = computed(() => items.value.some((item) => wouldBeLost(item) && !item.kept));

  function jobOf(item: UploadItem): Job {
    const job = jobs.get(item.id);
    if (!job) throw new Error(`upload ${item.id} has no file`);
    return job;
  }

  function fail(item: UploadItem, error: ApiError) {
    item.error = markRaw(error);
    item.state = "failed";
    // What may still succeed stays on the phone until the person says otherwise.
    if (!canRetry(item)) leaveShelf(item);
  }

  function shelve(item: UploadItem): Promise<void> {
    const { shelf } = dependencies;
    const job = jobOf(item);
    const file = job.prepared ?? job.file;
    if (!shelf) return shelving;
    shelving = shelving.then(async () => {
      item.kept = await shelf.keep(item, file, job.order).catch(() => false);
      storageFull.value = !item.kept;
    });
    return shelving;
  }

  function leaveShelf(item: UploadItem) {
    const { shelf } = dependencies;
    if (!shelf) return;
    shelving = shelving.then(async () => {
      await shelf.drop(item.id).catch(() => undefined);
      item.kept = false;
    });
  }

  /** Places that are left for a file beside those of the same type that were given before and are on their way. */
  function roomLeft(item: UploadItem): number {
    const { target } = item;
    if (target.room === null) return Infinity;
    const before = items.value.slice(0, items.value.indexOf(item)).filter(
      (other) =>
        other.target.customerId === target.customerId &&
        other.target.documentType === target.documentType &&
        wouldBeLost(other),
    );
    return target.room - before.length;
  }

  /** Takes files for one customer and type; those that cannot be taken stand in the list with the reason. */
  function add(files: readonly File[], target: UploadTarget): UploadItem[] {
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
        kept: false,
      });
      given += 1;
      jobs.set(item.id, { file, prepared: null, abort: null, timer: undefined, pauses: 0, order: given });
      items.value.push(item);
      enqueueCheck(item, file);
      return item;
    });
  }

  /** Takes up what an earlier visit has left, before anything that this one brings. */
  function takeUp(left: readonly { kept: KeptItem; file: File }[]) {
    const known = new Set(items.value.map((item) => item.id));
    const found = left.filter(({ kept }) => !known.has(kept.id)).sort((one, other) => one.kept.order - other.kept.order);
    const restored = found.map(({ kept, file }): UploadItem => {
      const { id, filename, size, target, format, sentSize, order } = kept;
      const about = { id, filename, size, target, format, sentSize };
      given = Math.max(given, order);
      const prepared = kept.sentSize === null ? null : file;
      jobs.set(kept.id, { file, prepared, abort: null, timer: undefined, pauses: 0, order });
      return reactive({ ...about, state: "waiting", progress: 0, failures: 0, error: null, documentId: null, kept: true });
    });
    items.value = [...restored, ...items.value];
    pump();
  }

  function enqueueCheck(item: UploadItem, file: File) {
    checking = checking.then(() => check(item, file));
  }

  async function check(item: UploadItem, file: File) {
    let head: Uint8Array;
    try {
      head = new Uint8Array(await file.slice(0, SNIFFED_BYTES).arrayBuffer());
    } catch {
      fail(item, new ApiError("problem", 422, { code: "document.unreadable" }));
      return;
    }
    if (item.state !== "checking" || !jobs.has(item.id)) return;
    item.format = sniffFormat(head);
    const refusal = refusalOf(file, item.format, item.target);
    if (refusal) {
      fail(item, refusal);
      return;
    }
    // Room is counted among files that can be taken: a refused one takes nobody's place.
    if (roomLeft(item) < 1) {
      fail(item, tooManyFiles());
      return;
    }
    item.state = "waiting";
    void shelve(item);
    pump();
  }

  function pump() {
    if (!paused.value && !dependencies.isOnline()) pause();
    const lanes = dependencies.lanes?.() ?? USUAL_LANES;
    while (!paused.value && running < lanes) {
      const waiting = items.value.filter((item) => item.state === "waiting");
      // In a single lane nobody overtakes one who rests for a moment.
      const next = lanes === 1 ? waiting[0] : waiting.find((item) => jobOf(item).timer === undefined);
      if (!next || jobOf(next).timer !== undefined) return;
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
      // From now on these very bytes: the same key with others would be refused.
      await shelve(item);
      signal.throwIfAborted();
      await warnOfRefused(item, job.prepared);
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
    leaveShelf(item);
    if (receipt.duplicate) item.state = "duplicate";
    else follow(item, receipt.processing);
  }

  /** The very file that a reviewer has refused before: the person is told, and may send it all the same. */
  async function warnOfRefused(item: UploadItem, file: File) {
    if (item.target.refused.length === 0 || !dependencies.digest) return;
    if (item.target.refused.includes(await dependencies.digest(file))) throw refusedBefore();
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
      enqueueCheck(item, jobOf(item).file);
    } else {
      item.state = "waiting";
      void shelve(item);
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
    leaveShelf(item);
    pump();
  }

  function remove(item: UploadItem) {
    if (!isFinished(item)) return;
    leaveShelf(item);
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
    storageFull,
    add,
    cancel,
    clearFinished,
    networkBack,
    networkLost,
    processed,
    remove,
    reset,
    retry,
    takeUp,
  };
}
