import { CanceledError, type AxiosAdapter } from "axios";
import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { http } from "@/api/client";
import { dispatchLiveEvent } from "@/shared/realtime/live";
import { useSessionStore } from "@/shared/stores/session";
import { person } from "@/shared/testing/people";

import { useUploadQueue } from "./api";
import type { UploadTarget } from "./model";
import { waitingUploads } from "./waiting";

const target: UploadTarget = {
  customerId: "c1",
  customerName: "张三",
  documentType: "bank_statement",
  documentTypeName: { "zh-CN": "银行流水", en: "Bank statement" },
  allowedKinds: ["pdf"],
  room: null,
  refused: [],
};
const pdf = () => new File(["%PDF-1.7"], "流水.pdf");
const settle = (milliseconds = 0) => vi.advanceTimersByTimeAsync(milliseconds);

const request = vi.fn<AxiosAdapter>();
let queue: ReturnType<typeof useUploadQueue>;

function answer(data: unknown, headers: Record<string, string> = {}) {
  request.mockImplementation((config) => Promise.resolve({ data, status: 201, statusText: "", headers, config }));
}

/** The server takes the request and never answers; the request ends when it is aborted, as axios' do. */
function hang() {
  request.mockImplementation(
    (config) =>
      new Promise((_resolve, reject) => {
        config.signal?.addEventListener?.("abort", () => {
          reject(new CanceledError());
        });
      }),
  );
}

beforeEach(() => {
  vi.useFakeTimers();
  setActivePinia(createPinia());
  http.defaults.adapter = request;
  request.mockReset();
  answer({ id: "d1", processing: "queued" });
  queue = useUploadQueue();
});

afterEach(() => {
  queue.reset();
  queue.$dispose();
  vi.useRealTimers();
});

describe("the upload queue of the tab", () => {
  it("sends customer, type and file under the item's own key and ends with the live event", async () => {
    const [item] = queue.add([pdf()], target);
    await settle();
    const sent = request.mock.calls[0]?.[0];
    const form = sent?.data as FormData;
    expect(sent?.url).toBe("/api/v1/documents/upload");
    expect([form.get("customer_id"), form.get("document_type")]).toEqual(["c1", "bank_statement"]);
    expect((form.get("file") as File).name).toBe("流水.pdf");
    expect(sent?.headers.get("Idempotency-Key")).toBe(item?.id);
    expect(item?.state).toBe("processing");
    dispatchLiveEvent("document.ready", { document_id: "d1", customer_id: "c1", version: 1, actor_id: null, at: "" });
    expect(item?.state).toBe("done");
  });

  it("knows a duplicate by its header", async () => {
    answer({ id: "d1", processing: "ready" }, { "kehui-duplicate": "true" });
    const [item] = queue.add([pdf()], target);
    await settle();
    expect(item?.state).toBe("duplicate");
  });

  it("takes a line on which nothing has moved for a minute for cut, and tries again", async () => {
    hang();
    const [item] = queue.add([pdf()], target);
    await settle(59_000);
    expect(request).toHaveBeenCalledTimes(1);
    await settle(3_000);
    expect(request).toHaveBeenCalledTimes(2);
    expect(item?.state).toBe("uploading");
  });

  it("leaves a slow line alone while bytes move", async () => {
    hang();
    queue.add([pdf()], target);
    await settle();
    for (let minute = 0; minute < 5; minute += 1) {
      await settle(50_000);
      request.mock.calls[0]?.[0].onUploadProgress?.({ loaded: minute, total: 10, bytes: 1, lengthComputable: true });
    }
    expect(request).toHaveBeenCalledTimes(1);
  });

  it("warns before the page is closed only while a file would be lost", async () => {
    const closing = () => {
      const event = new Event("beforeunload", { cancelable: true });
      window.dispatchEvent(event);
      return event.defaultPrevented;
    };
    expect(closing()).toBe(false);
    hang();
    queue.add([pdf()], target);
    await settle();
    expect(closing()).toBe(true);
    expect(waitingUploads.value).toBe(1);
  });

  it("is empty after signing out", async () => {
    hang();
    queue.add([pdf()], target);
    await settle();
    const session = useSessionStore();
    session.user = person();
    answer(null);
    await session.signOut();
    expect(queue.items).toEqual([]);
  });
});
