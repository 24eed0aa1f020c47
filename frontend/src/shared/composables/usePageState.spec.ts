import { describe, expect, it } from "vitest";

import { ApiError } from "@/api/problem";

import { usePageState } from "./usePageState";

const refused = (status: number) => new ApiError("problem", status, { code: "x", request_id: "r1" });

describe("usePageState", () => {
  it.each([
    [false, null, "loading"],
    [true, null, "ready"],
    [false, refused(500), "error"],
    [false, new ApiError("network", 0), "error"],
    [true, refused(500), "ready"],
    [false, refused(404), "gone"],
    [true, refused(404), "gone"],
    [true, refused(410), "gone"],
    [true, refused(403), "forbidden"],
  ])("with something to show: %s, and %s, is %s", (ready, error, name) => {
    expect(usePageState(() => ({ ready, error })).name.value).toBe(name);
  });

  it("gives the request's number to quote, when there is one", () => {
    expect(usePageState(() => ({ ready: false, error: refused(500) })).failure.value.requestId).toBe("r1");
    expect(usePageState(() => ({ ready: false, error: new TypeError("x") })).failure.value.requestId).toBeNull();
  });
});
