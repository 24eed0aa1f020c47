import { describe, expect, it } from "vitest";

import { ApiError } from "@/api/problem";

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

const bytes = (...parts: (string | number[])[]) =>
  new Uint8Array(parts.flatMap((part) => (typeof part === "string" ? [...part].map((c) => c.charCodeAt(0)) : part)));

const target: UploadTarget = {
  customerId: "c1",
  customerName: "张三",
  documentType: "id_card_front",
  documentTypeName: { "zh-CN": "身份证正面", en: "ID card, front" },
  allowedKinds: ["image"],
  room: null,
};

describe("sniffFormat", () => {
  it.each([
    ["jpeg", bytes([0xff, 0xd8, 0xff, 0xe0])],
    ["png", bytes([0x89], "PNG\r\n", [0x1a], "\n")],
    ["webp", bytes("RIFF", [1, 2, 3, 4], "WEBP")],
    ["heic", bytes([0, 0, 0, 24], "ftypheic")],
    ["heic", bytes([0, 0, 0, 24], "ftypmif1")],
    ["pdf", bytes("%PDF-1.7")],
    ["pdf", bytes("\n\n  %PDF-1.4")],
    [null, bytes([0, 0, 0, 24], "ftypavif")],
    [null, bytes("RIFF", [1, 2, 3, 4], "WAVE")],
    [null, bytes("GIF89a")],
    [null, bytes("PK", [3, 4])],
    [null, bytes()],
  ])("%s", (format, head) => {
    expect(sniffFormat(head)).toBe(format);
  });
});

describe("refusalOf", () => {
  it.each([
    ["document.empty", 0, null],
    ["document.unsupported_type", 10, null],
    ["document.kind_not_allowed", 10, "pdf"],
    ["document.too_large", MAX_BYTES + 1, "heic"],
  ] as const)("%s", (code, size, format) => {
    expect(refusalOf(size, format, target)?.code).toBe(code);
  });

  it("lets a photo of the very limit pass, and a larger one that can still be made smaller", () => {
    expect(refusalOf(MAX_BYTES, "heic", target)).toBeNull();
    expect(refusalOf(MAX_BYTES * 3, "jpeg", target)).toBeNull();
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
