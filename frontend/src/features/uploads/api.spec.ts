import type { AxiosRequestConfig } from "axios";
import { CanceledError } from "axios";
import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, describe, expect, it, vi, type MockInstance } from "vitest";

import { http } from "@/api/client";
import { dispatchLiveEvent } from "@/shared/realtime/live";
import { useSessionStore } from "@/shared/stores/session";
import { person } from "@/shared/testing/people";

import { useUploadQueue } from "./api";
import { pendingUploads } from "./pending";
import type { UploadTarget } from "./model";

const target: UploadTarget = {
  customerId: "c1",
  customerName: "张三",
  documentType: "bank_statement",
  documentTypeName: { "zh-CN": "银行流水", en: "Bank statement" },
  allowedKinds: ["pdf"],
  room: null,
};
const pdf = () => new File(["%PDF-1.7"], "流水.pdf");
const settle = (milliseconds = 0) => vi.advanceTimersByTimeAsync(milliseconds);

let post: MockInstance<typeof http.post>;
let queue: ReturnType<typeof useUploadQueue>;

/** The server takes the request and never answers; the request ends when it is aborted, as axios' do. */
function hang() {
  post.mockImplementation(
    (_url, _body, config?: AxiosRequestConfig) =>
      new Promise((_resolve, reject) => {
        config?.signal?.addEventListener?.("abort", () => {
          reject(new CanceledError());
        });
      }),
  );
}

beforeEach(() => {
  vi.useFakeTimers();
  setActivePinia(createPinia());
  post = vi.spyOn(http, "post").mockResolvedValue({ data: { id: "d1", processing: "queued" }, headers: {} });
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
    const [url, body, config] = post.mock.calls[0] ?? [];
    expect(url).toBe("/api/v1/documents/upload");
    expect([...(body as FormData).keys()]).toEqual(["customer_id", "document_type", "file"]);
    expect(config?.headers).toEqual({ "Idempotency-Key": item?.id });
    expect(item?.state).toBe("processing");
    dispatchLiveEvent("document.ready", { document_id: "d1", customer_id: "c1", version: 1, actor_id: null, at: "" });
    expect(item?.state).toBe("done");
  });

  it("knows a duplicate by its header", async () => {
    post.mockResolvedValue({ data: { id: "d1", processing: "ready" }, headers: { "kehui-duplicate": "true" } });
    const [item] = queue.add([pdf()], target);
    await settle();
    expect(item?.state).toBe("duplicate");
  });

  it("takes a line on which nothing has moved for a minute for cut, and tries again", async () => {
    hang();
    const [item] = queue.add([pdf()], target);
    await settle(59_000);
    expect(post).toHaveBeenCalledTimes(1);
    await settle(3_000);
    expect(post).toHaveBeenCalledTimes(2);
    expect(item?.state).toBe("uploading");
  });

  it("leaves a slow line alone while bytes move", async () => {
    hang();
    queue.add([pdf()], target);
    await settle();
    for (let minute = 0; minute < 5; minute += 1) {
      await settle(50_000);
      post.mock.calls[0]?.[2]?.onUploadProgress?.({ loaded: minute, total: 10, bytes: 1, lengthComputable: true });
    }
    expect(post).toHaveBeenCalledTimes(1);
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
    expect(pendingUploads.value).toBe(1);
  });

  it("is empty after signing out", async () => {
    hang();
    queue.add([pdf()], target);
    await settle();
    const session = useSessionStore();
    session.user = person();
    post.mockResolvedValue({ data: null, headers: {} });
    await session.signOut();
    expect(queue.items).toEqual([]);
  });
});
