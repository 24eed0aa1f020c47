import { describe, expect, it } from "vitest";

import { ApiError } from "@/api/problem";

import vectors from "../../../../tests/kit/files/formats.json";

import {
  canRetry,
  isNetworkFailure,
  isPassing,
  MAX_BYTES,
  refusalOf,
  shownProgress,
  sniffFormat,
  wouldBeLost,
  type UploadTarget,
} from "./model";

const target: UploadTarget = {
  customerId: "c1",
  customerName: "张三",
  documentType: "id_card_front",
  documentTypeName: { "zh-CN": "身份证正面", en: "ID card, front" },
  allowedKinds: ["image"],
  room: null,
  refused: [],
};

describe("sniffFormat", () => {
  const bytes = (hex: string) => new Uint8Array((hex.match(/../g) ?? []).map((pair) => parseInt(pair, 16)));

  it.each(vectors)("agrees with the server on $name", ({ head, type }) => {
    expect(sniffFormat(bytes(head))).toBe(type === null ? null : type.replace(/^.*\//, ""));
  });

  it("takes no file for one without bytes", () => {
    expect(sniffFormat(new Uint8Array())).toBeNull();
  });
});

describe("refusalOf", () => {
  it.each([
    ["document.empty", 0, null],
    ["document.unsupported_type", 10, null],
    ["document.kind_not_allowed", 10, "pdf"],
    ["document.too_large", MAX_BYTES + 1, "heic"],
  ] as const)("%s", (code, size, format) => {
    expect(refusalOf({ name: "a", size }, format, target)?.code).toBe(code);
  });

  it("lets a photo of the very limit pass, and a larger one that can still be made smaller", () => {
    expect(refusalOf({ name: "a", size: MAX_BYTES }, "heic", target)).toBeNull();
    expect(refusalOf({ name: "a", size: MAX_BYTES * 3 }, "jpeg", target)).toBeNull();
  });
});

describe("failures", () => {
  it.each([
    [503, "server.busy", true],
    [500, "server.error", true],
    [429, "auth.throttled", true],
    [409, "idempotency.in_flight", true],
    [409, "document.case_closed", false],
    [415, "document.unsupported_type", false],
    [422, "idempotency.key_reused", false],
  ])("%d %s passes by itself: %s", (status, code, passing) => {
    expect(isPassing(new ApiError("problem", status, { code }))).toBe(passing);
  });

  it("knows a lost network from an answer", () => {
    expect(isNetworkFailure(new ApiError("network", 0))).toBe(true);
    expect(isNetworkFailure(new ApiError("gateway", 502))).toBe(false);
    expect(isNetworkFailure(new TypeError("x"))).toBe(false);
  });
});

describe("an item", () => {
  it("may be tried again unless the file itself was refused", () => {
    const failedWith = (code: string) => ({ state: "failed" as const, error: new ApiError("problem", 409, { code }) });
    expect(canRetry(failedWith("document.too_many_files"))).toBe(true);
    expect(canRetry(failedWith("server.busy"))).toBe(true);
    expect(canRetry(failedWith("document.encrypted_pdf"))).toBe(false);
    expect(canRetry({ state: "cancelled", error: null })).toBe(true);
    expect(canRetry({ state: "done", error: null })).toBe(false);
  });

  it("is lost by closing the page until its bytes are on the server", () => {
    const states = ["checking", "waiting", "compressing", "uploading", "processing", "done", "failed"] as const;
    expect(states.filter((state) => wouldBeLost({ state }))).toEqual(["checking", "waiting", "compressing", "uploading"]);
  });

  it("shows the whole way only when the server has finished its work too", () => {
    expect(shownProgress({ state: "waiting", progress: 0.4 })).toBe(0);
    expect(shownProgress({ state: "uploading", progress: 1 })).toBe(0.9);
    expect(shownProgress({ state: "processing", progress: 1 })).toBe(0.95);
    expect(shownProgress({ state: "done", progress: 1 })).toBe(1);
  });
});
