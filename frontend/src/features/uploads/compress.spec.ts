import { beforeEach, describe, expect, it, vi } from "vitest";

import { shrinkImage } from "./compress";

const compressor = vi.hoisted(() => ({ copies: [] as (number | Error)[], qualities: [] as number[] }));

interface CompressorOptions {
  quality: number;
  success: (copy: File) => void;
  error: (fault: Error) => void;
}

vi.mock("compressorjs", () => ({
  default: function Compressor(file: File, { quality, success, error }: CompressorOptions) {
    compressor.qualities.push(quality);
    const copy = compressor.copies.shift();
    if (typeof copy === "number") success(new File([new Uint8Array(copy)], file.name, { type: "image/jpeg" }));
    else error(copy ?? new Error("no copy"));
  },
}));

const MEGABYTE = 1024 * 1024;
const photo = (size: number) => new File([new Uint8Array(size)], "照片.jpg", { type: "image/jpeg" });

beforeEach(() => {
  compressor.copies = [];
  compressor.qualities = [];
});

describe("shrinkImage", () => {
  it("takes the usual quality when it makes a fifth of the size", async () => {
    compressor.copies = [MEGABYTE];
    expect((await shrinkImage(photo(5 * MEGABYTE), "jpeg")).size).toBe(MEGABYTE);
    expect(compressor.qualities).toEqual([0.8]);
  });

  it("goes lower for a grainy photo until it is a fifth", async () => {
    compressor.copies = [1.4 * MEGABYTE, 0.9 * MEGABYTE];
    expect((await shrinkImage(photo(5 * MEGABYTE), "jpeg")).size).toBe(Math.floor(0.9 * MEGABYTE));
    expect(compressor.qualities).toEqual([0.8, 0.7]);
  });

  it("keeps the original when every copy is larger", async () => {
    compressor.copies = [3 * MEGABYTE, 3 * MEGABYTE, 3 * MEGABYTE];
    const original = photo(2 * MEGABYTE);
    expect(await shrinkImage(original, "jpeg")).toBe(original);
  });

  it("keeps the original when compressing fails", async () => {
    compressor.copies = [new Error("cannot decode")];
    const original = photo(5 * MEGABYTE);
    expect(await shrinkImage(original, "jpeg")).toBe(original);
  });

  it.each([
    ["a small photo", 1 * MEGABYTE, "jpeg"],
    ["HEIC", 5 * MEGABYTE, "heic"],
    ["PDF", 5 * MEGABYTE, "pdf"],
  ] as const)("leaves %s as it is", async (_what, size, format) => {
    const original = photo(size);
    expect(await shrinkImage(original, format)).toBe(original);
    expect(compressor.qualities).toEqual([]);
  });
});
