import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { ApiError } from "@/api/problem";

import { MAX_BYTES, type KeptItem, type UploadItem, type UploadTarget } from "./model";
import { createUploadQueue, type Receipt, type Shipment } from "./queue";

const JPEG = new Uint8Array([0xff, 0xd8, 0xff, 0xe0, 0, 0, 0, 0]);
const PDF = new TextEncoder().encode("%PDF-1.7 ...");

const target: UploadTarget = {
  customerId: "c1",
  customerName: "张三",
  documentType: "bank_statement",
  documentTypeName: { "zh-CN": "银行流水", en: "Bank statement" },
  allowedKinds: ["image", "pdf"],
  room: null,
  refused: [],
};

const photo = (name = "流水.jpg") => new File([JPEG], name, { type: "image/jpeg" });
const network = () => new ApiError("network", 0);
const answer = (status: number, code: string) => new ApiError("problem", status, { code });

/** A server that keeps what each idempotency key brought, as the real one does, and answers when it is told to. */
function fakeServer() {
  const stored = new Map<string, string>();
  const open: { shipment: Shipment; resolve: (receipt: Receipt) => void; reject: (error: unknown) => void }[] = [];
  const send = vi.fn(
    (shipment: Shipment) =>
      new Promise<Receipt>((resolve, reject) => {
        open.push({ shipment, resolve, reject });
        shipment.signal.addEventListener("abort", () => {
          reject(new DOMException("aborted", "AbortError"));
        });
      }),
  );
  function next() {
    const request = open.shift();
    if (!request) throw new Error("no upload is under way");
    return request;
  }
  return {
    send,
    stored,
    open,
    /** Stores the next upload; answers it unless the answer is to be lost. */
    accept(receipt: Partial<Receipt> = {}) {
      const { shipment, resolve } = next();
      const documentId = stored.get(shipment.idempotencyKey) ?? `d${stored.size + 1}`;
      stored.set(shipment.idempotencyKey, documentId);
      resolve({ documentId, processing: "ready", duplicate: false, ...receipt });
    },
    refuse(error: unknown) {
      next().reject(error);
    },
    storeButLoseAnswer() {
      const { shipment, reject } = next();
      stored.set(shipment.idempotencyKey, `d${stored.size + 1}`);
      reject(network());
    },
  };
}

function setUp() {
  const server = fakeServer();
  let online = true;
  let keys = 0;
  const processingOf = vi.fn(() => Promise.resolve<"queued" | "ready" | "failed">("queued"));
  const shrink = vi.fn((file: File) => Promise.resolve(file));
  const queue = createUploadQueue({
    send: server.send,
    processingOf,
    shrink,
    digest: () => Promise.resolve("d1gest"),
    newKey: () => `key-${(keys += 1)}`,
    isOnline: () => online,
    random: () => 0,
  });
  const setOnline = (value: boolean) => {
    online = value;
    if (value) queue.networkBack();
    else queue.networkLost();
  };
  return { server, queue, processingOf, shrink, setOnline };
}

const settle = (milliseconds = 0) => vi.advanceTimersByTimeAsync(milliseconds);
const states = (items: UploadItem[]) => items.map((item) => item.state);

function only<T>(list: T[]): T {
  const [first] = list;
  if (list.length !== 1 || first === undefined) throw new Error(`expected one, got ${list.length}`);
  return first;
}

let running: ReturnType<typeof setUp>;

async function addOne(file = photo()) {
  const item = only(running.queue.add([file], target));
  await settle();
  return item;
}

beforeEach(() => {
  vi.useFakeTimers();
  running = setUp();
});

afterEach(() => {
  running.queue.reset();
  vi.useRealTimers();
});

describe("upload queue", () => {
  it("brings a file to its document", async () => {
    const item = await addOne();
    expect(item.state).toBe("uploading");
    running.server.open[0]?.shipment.onProgress(0.5);
    expect(item.progress).toBe(0.5);
    running.server.accept();
    await settle();
    expect(item).toMatchObject({ state: "done", documentId: "d1", progress: 1, format: "jpeg" });
    expect(running.queue.losable.value).toBe(false);
  });

  it("sends two at a time, in the order they came", async () => {
    const items = running.queue.add([photo("1.jpg"), photo("2.jpg"), photo("3.jpg")], target);
    await settle();
    expect(states(items)).toEqual(["uploading", "uploading", "waiting"]);
    running.server.accept();
    await settle();
    expect(states(items)).toEqual(["done", "uploading", "uploading"]);
  });

  it("names the reason at a file that cannot be taken and sends the others", async () => {
    const text = new File(["hello"], "证明.jpg", { type: "image/jpeg" });
    const items = running.queue.add([text, new File([], "空.pdf"), photo()], target);
    await settle();
    expect(items.map((item) => item.error?.code ?? item.state)).toEqual([
      "upload.false_name",
      "document.empty",
      "uploading",
    ]);
    expect(running.server.send).toHaveBeenCalledTimes(1);
  });

  it("refuses a kind that the type does not take", async () => {
    const item = only(running.queue.add([new File([PDF], "a.pdf")], { ...target, allowedKinds: ["image"] }));
    await settle();
    expect(item.error?.code).toBe("document.kind_not_allowed");
  });

  it("counts what is on the way when a type takes few files", async () => {
    const two = { ...target, room: 2 };
    running.queue.add([photo("1.jpg")], two);
    const later = running.queue.add([photo("2.jpg"), photo("3.jpg")], two);
    await settle();
    expect(later.map((item) => item.error?.code ?? item.state)).toEqual(["uploading", "document.too_many_files"]);
  });

  it("counts refused files as no room taken", async () => {
    const text = new File(["hello"], "假.jpg");
    const items = running.queue.add([text, new File([], "空.pdf"), photo("好.jpg")], { ...target, room: 1 });
    await settle();
    expect(items.map((item) => item.error?.code ?? item.state)).toEqual(["upload.false_name", "document.empty", "uploading"]);
  });

  it("tells of a file that was refused before, and sends it when asked again", async () => {
    const item = only(running.queue.add([photo()], { ...target, refused: ["d1gest"] }));
    await settle();
    expect(item.error?.code).toBe("upload.refused_before");
    expect(running.server.send).not.toHaveBeenCalled();
    running.queue.retry(item);
    await settle();
    expect(item.state).toBe("uploading");
  });

  it("sends the smaller copy and knows both sizes", async () => {
    running.shrink.mockResolvedValueOnce(new File([JPEG.slice(0, 4)], "流水.jpg"));
    const item = await addOne();
    expect(item).toMatchObject({ size: 8, sentSize: 4 });
    expect(running.server.open[0]?.shipment.file.size).toBe(4);
  });

  it("refuses a photo that stays too large", async () => {
    const huge = new File([JPEG], "大.jpg");
    Object.defineProperty(huge, "size", { value: MAX_BYTES + 1 });
    running.shrink.mockResolvedValueOnce(huge);
    const item = await addOne();
    expect(item.error?.code).toBe("document.too_large");
    expect(running.server.send).not.toHaveBeenCalled();
  });

  it("says so when the same bytes are there already", async () => {
    const item = await addOne();
    running.server.accept({ duplicate: true });
    await settle();
    expect(item.state).toBe("duplicate");
  });

  it("keeps a refusal of the server and does not repeat it", async () => {
    const item = await addOne();
    running.server.refuse(answer(422, "document.encrypted_pdf"));
    await settle(60_000);
    expect(item.error?.code).toBe("document.encrypted_pdf");
    expect(running.server.send).toHaveBeenCalledTimes(1);
  });
});

describe("a failing server", () => {
  it("is tried three more times after 1, 2 and 4 seconds with the same key, then the item fails", async () => {
    const item = await addOne();
    for (const delay of [1_000, 2_000, 4_000]) {
      const before = running.server.send.mock.calls.length;
      running.server.refuse(answer(500, "server.error"));
      await settle(delay - 1);
      expect(running.server.send).toHaveBeenCalledTimes(before);
      await settle(1);
      expect(running.server.send).toHaveBeenCalledTimes(before + 1);
    }
    running.server.refuse(answer(500, "server.error"));
    await settle(60_000);
    expect(item.state).toBe("failed");
    expect(new Set(running.server.send.mock.calls.map(([shipment]) => shipment.idempotencyKey)).size).toBe(1);
  });

  it("gets the failed file once more when the person asks", async () => {
    const item = await addOne();
    for (const delay of [1_000, 2_000, 4_000, 0]) {
      running.server.refuse(answer(500, "server.error"));
      await settle(delay);
    }
    expect(item.state).toBe("failed");
    running.queue.retry(item);
    await settle();
    running.server.accept();
    await settle();
    expect(item.state).toBe("done");
    expect(running.server.stored.size).toBe(1);
  });
});

describe("a busy server", () => {
  it("is asked again when it says so, as often as it takes, and counts no failure", async () => {
    const item = await addOne();
    for (let round = 0; round < 10; round += 1) {
      const before = running.server.send.mock.calls.length;
      running.server.refuse(new ApiError("problem", 503, { code: "server.busy" }, 7_000));
      await settle(6_999);
      expect(running.server.send).toHaveBeenCalledTimes(before);
      await settle(1);
      expect(running.server.send).toHaveBeenCalledTimes(before + 1);
    }
    expect(item).toMatchObject({ state: "uploading", failures: 0 });
    running.server.accept();
    await settle();
    expect(item.state).toBe("done");
    expect(running.server.stored.size).toBe(1);
  });

  it("is asked more and more seldom when it names no time", async () => {
    await addOne();
    for (const delay of [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]) {
      const before = running.server.send.mock.calls.length;
      running.server.refuse(answer(503, "server.busy"));
      await settle(delay - 1);
      expect(running.server.send).toHaveBeenCalledTimes(before);
      await settle(1);
      expect(running.server.send).toHaveBeenCalledTimes(before + 1);
    }
  });

  it("does not hold up the other files meanwhile", async () => {
    const items = running.queue.add([photo("1.jpg"), photo("2.jpg"), photo("3.jpg")], target);
    await settle();
    running.server.refuse(answer(503, "server.busy"));
    await settle();
    expect(states(items)).toEqual(["waiting", "uploading", "uploading"]);
  });
});

describe("a lost network", () => {
  it("sends an upload cut in the middle again when it is back, and one document exists", async () => {
    const item = await addOne();
    running.server.storeButLoseAnswer();
    running.setOnline(false);
    await settle(600_000);
    expect(item.state).toBe("waiting");
    expect(running.queue.paused.value).toBe(true);
    expect(running.server.send).toHaveBeenCalledTimes(1);
    running.setOnline(true);
    await settle();
    running.server.accept();
    await settle();
    expect(item).toMatchObject({ state: "done", documentId: "d1" });
    expect(running.server.stored.size).toBe(1);
  });

  it("stops what is under way at once when the browser goes offline", async () => {
    const item = await addOne();
    running.server.open[0]?.shipment.onProgress(0.7);
    running.setOnline(false);
    await settle();
    expect(item).toMatchObject({ state: "waiting", progress: 0, error: null });
    expect(running.queue.losable.value).toBe(true);
  });

  it("pauses and looks again every 15 seconds when the browser noticed nothing, without ever giving up", async () => {
    const item = await addOne();
    for (const delay of [1_000, 2_000, 0]) {
      running.server.refuse(network());
      await settle(delay);
    }
    expect(running.queue.paused.value).toBe(true);
    for (let round = 0; round < 5; round += 1) {
      await settle(15_000);
      for (const delay of [1_000, 2_000, 0]) {
        running.server.refuse(network());
        await settle(delay);
      }
    }
    expect(item.state).toBe("waiting");
    await settle(15_000);
    running.server.accept();
    await settle();
    expect(item.state).toBe("done");
  });
});

describe("the server's work after the upload", () => {
  it("ends with the live event", async () => {
    const item = await addOne();
    running.server.accept({ processing: "queued" });
    await settle();
    expect(item.state).toBe("processing");
    expect(running.queue.losable.value).toBe(false);
    running.queue.processed("d1", "ready");
    expect(item.state).toBe("done");
    await settle(60_000);
    expect(running.processingOf).not.toHaveBeenCalled();
  });

  it("is asked for when no event comes", async () => {
    const item = await addOne();
    running.server.accept({ processing: "queued" });
    await settle(2_000);
    expect(running.processingOf).toHaveBeenCalledTimes(1);
    running.processingOf.mockRejectedValueOnce(network()).mockResolvedValueOnce("failed");
    await settle(10_000);
    expect(item).toMatchObject({ state: "failed", error: { code: "document.unreadable" } });
  });
});

describe("cancelling", () => {
  it("stops the upload and frees the place", async () => {
    const items = running.queue.add([photo("1.jpg"), photo("2.jpg"), photo("3.jpg")], target);
    await settle();
    running.queue.cancel(items[0] as UploadItem);
    await settle();
    expect(states(items)).toEqual(["cancelled", "uploading", "uploading"]);
    expect(running.server.send.mock.calls[0]?.[0].signal.aborted).toBe(true);
  });

  it("works while the photo is being made smaller", async () => {
    let shrunk!: (file: File) => void;
    running.shrink.mockReturnValueOnce(new Promise((resolve) => (shrunk = resolve)));
    const item = await addOne();
    running.queue.cancel(item);
    shrunk(photo());
    await settle();
    expect(item.state).toBe("cancelled");
    expect(running.server.send).not.toHaveBeenCalled();
  });

  it("can be taken back", async () => {
    const item = await addOne();
    running.queue.cancel(item);
    running.queue.retry(item);
    await settle();
    expect(item.state).toBe("uploading");
  });
});

describe("tidying up", () => {
  it("clears what has ended and keeps the rest", async () => {
    const items = running.queue.add([photo("1.jpg"), new File(["x"], "x.txt"), photo("2.jpg")], target);
    await settle();
    running.server.accept();
    await settle();
    running.queue.clearFinished();
    expect(running.queue.items.value.map((item) => item.filename)).toEqual([items[2]?.filename]);
  });

  it("leaves nothing for the next person after log-out", async () => {
    await addOne();
    running.queue.reset();
    await settle(60_000);
    expect(running.queue.items.value).toEqual([]);
    expect(running.server.send.mock.calls[0]?.[0].signal.aborted).toBe(true);
  });

  it("takes no notice of what is heard of a file after log-out", async () => {
    let tell!: (processing: "queued") => void;
    running.processingOf.mockReturnValueOnce(new Promise((resolve) => (tell = resolve)));
    await addOne();
    running.server.accept({ processing: "queued" });
    await settle(2_000);
    expect(running.processingOf).toHaveBeenCalledTimes(1);
    running.queue.reset();
    tell("queued");
    // What would be thrown here is an unhandled rejection, which fails the run.
    await settle(60_000);
    expect(running.queue.items.value).toEqual([]);
  });
});

describe("files that rest on the phone", () => {
  /** A phone's storage, and queues that share it as one visit follows the other. */
  function phone() {
    const stored = new Map<string, { kept: KeptItem; file: File }>();
    const keep = vi.fn((item: UploadItem, file: File, order: number) => {
      const { id, filename, size, target: where, format, sentSize } = item;
      stored.set(id, { kept: { id, filename, size, target: where, format, sentSize, order, type: "", lastModified: 0 }, file });
      return Promise.resolve(true);
    });
    const server = fakeServer();
    let keys = 0;
    const visit = (online: boolean) =>
      createUploadQueue({
        send: server.send,
        processingOf: () => Promise.resolve("ready" as const),
        shrink: (file) => Promise.resolve(new File([file], `small-${file.name}`)),
        newKey: () => `key-${(keys += 1)}`,
        isOnline: () => online,
        lanes: () => 1,
        shelf: { keep, drop: (id) => Promise.resolve(void stored.delete(id)) },
      });
    return { stored, keep, server, visit };
  }

  it("survive the closed browser and arrive once each, in order", async () => {
    const { stored, server, visit } = phone();
    const first = visit(false);
    const names = ["1.jpg", "2.jpg", "3.jpg"];
    first.add(names.map(photo), target);
    await settle();
    expect(first.losable.value).toBe(false);
    expect([...stored.keys()]).toEqual(["key-1", "key-2", "key-3"]);
    const second = visit(true);
    second.takeUp([...stored.values()].reverse());
    for (const name of names) {
      await settle();
      expect(only(server.open).shipment.file.name).toBe(`small-${name}`);
      server.accept();
    }
    await settle();
    expect([...server.stored.keys()]).toEqual(["key-1", "key-2", "key-3"]);
    expect(stored.size).toBe(0);
    first.reset();
  });

  it("are sent again under the same key with the same bytes when the answer was lost", async () => {
    const { stored, server, visit } = phone();
    const first = visit(true);
    first.add([photo()], target);
    await settle();
    const sent = only(server.open).shipment.file;
    server.storeButLoseAnswer();
    first.reset();
    const second = visit(true);
    second.takeUp([...stored.values()]);
    await settle();
    expect(only(server.open).shipment).toMatchObject({ file: sent, idempotencyKey: "key-1" });
    server.accept();
    await settle();
    expect(server.stored.size).toBe(1);
    expect(second.items.value[0]?.state).toBe("done");
  });

  it("say so when there is no place for them, and go on from memory", async () => {
    const { keep, server, visit } = phone();
    keep.mockRejectedValue(new DOMException("full", "QuotaExceededError"));
    const queue = visit(true);
    queue.add([photo()], target);
    await settle();
    expect(queue.storageFull.value).toBe(true);
    expect(queue.losable.value).toBe(true);
    expect(server.open.length).toBe(1);
    queue.reset();
  });

  it("leave when the person cancels", async () => {
    const { stored, visit } = phone();
    const queue = visit(false);
    const item = only(queue.add([photo()], target));
    await settle();
    queue.cancel(item);
    await settle();
    expect(stored.size).toBe(0);
    queue.reset();
  });
});
