import { expect, it } from "vitest";

import { ApiError } from "@/api/problem";

import { retryDelay, worthRepeating } from "./query-client";

const problem = (status: number, retryAfter: number | null = null) => new ApiError("problem", status, {}, retryAfter);

it("repeats a read twice when another try can help", () => {
  expect(worthRepeating(0, new ApiError("network", 0))).toBe(true);
  expect(worthRepeating(1, problem(503, 2_000))).toBe(true);
  expect(worthRepeating(0, problem(429, 2_000))).toBe(true);
  expect(worthRepeating(2, problem(503, 2_000))).toBe(false);
});

it("repeats nothing that will be refused again, or only after longer than a person waits", () => {
  expect(worthRepeating(0, problem(404))).toBe(false);
  expect(worthRepeating(0, problem(429))).toBe(false);
  expect(worthRepeating(0, problem(503, 60_000))).toBe(false);
});

it("waits as long as the server asks", () => {
  const delay = retryDelay(0, problem(503, 4_000));
  expect(delay).toBeGreaterThanOrEqual(4_000);
  expect(delay).toBeLessThanOrEqual(5_000);
});
