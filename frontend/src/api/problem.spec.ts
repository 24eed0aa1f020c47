import { describe, expect, it } from "vitest";

import { ApiError, pauseBefore, readRetryAfter } from "./problem";

describe("readRetryAfter", () => {
  it.each([
    ["7", 7_000],
    ["0", 0],
    ["soon", null],
    ["", null],
    [null, null],
    [undefined, null],
  ])("%s", (header, expected) => {
    expect(readRetryAfter(header)).toBe(expected);
  });
});

describe("pauseBefore", () => {
  const busy = new ApiError("problem", 503, { code: "server.busy" }, 4_000);

  it("is what the server asks for, and up to a quarter more", () => {
    expect(pauseBefore(busy, 1_000, () => 0)).toBe(4_000);
    expect(pauseBefore(busy, 1_000, () => 1)).toBe(5_000);
  });

  it("is the usual one when the server says nothing", () => {
    expect(pauseBefore(new ApiError("network", 0), 1_000, () => 0)).toBe(1_000);
    expect(pauseBefore(new Error("other"), 1_000, () => 1)).toBe(1_250);
  });
});
