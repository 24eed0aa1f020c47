import { describe, expect, it } from "vitest";

import { withFirstPage } from "./first-page";

const pages = (...lists: string[]) => ({
  pages: lists.map((ids) => ({ items: [...ids].map((id) => ({ id })) })),
  pageParams: lists.map((_, index) => index + 1),
});
const after = (before: ReturnType<typeof pages>, first: string) =>
  withFirstPage(before, pages(first).pages[0] ?? { items: [] }).pages.map(({ items }) => items.map(({ id }) => id).join(""));

describe("withFirstPage", () => {
  it("moves rows that new ones push off the first page to the second", () => {
    expect(after(pages("abcd", "ef"), "xyab")).toEqual(["xyab", "cdef"]);
  });

  it("shows a row once that has come up from a later page", () => {
    expect(after(pages("abcd", "efg"), "fabc")).toEqual(["fabc", "deg"]);
  });

  it("drops a row that has left the list", () => {
    expect(after(pages("abcd", "efg"), "acde")).toEqual(["acde", "fg"]);
    expect(after(pages("abcd", "efg"), "abce")).toEqual(["abce", "fg"]);
    expect(after(pages("abcd", "efg"), "abcd")).toEqual(["abcd", "efg"]);
  });
});
