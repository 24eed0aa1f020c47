import type { InfiniteData } from "@tanstack/vue-query";

interface Page {
  items: { id: string }[];
}

/**
 * An endless list whose first page has been fetched anew, the others left as they were.
 *
 * Rows that new ones have pushed off the first page go to the head of the second, so that none is missing between them;
 * rows that have left the first page for another reason are gone.
 */
export function withFirstPage<P extends Page>(data: InfiniteData<P>, first: P): InfiniteData<P> {
  const [former, second, ...rest] = data.pages;
  if (!former || !second) return { ...data, pages: [first] };
  const before = new Set(former.items.map((row) => row.id));
  const now = new Set(first.items.map((row) => row.id));
  const last = first.items.at(-1);
  // A row at the end that was not there before has come up from the second page: then nothing was pushed down.
  const cameUp = last !== undefined && !before.has(last.id);
  const stays = former.items.findLastIndex((row) => now.has(row.id));
  const pushed = cameUp ? [] : former.items.slice(stays + 1);
  const kept = second.items.filter((row) => !now.has(row.id));
  return { ...data, pages: [first, { ...second, items: [...pushed, ...kept] }, ...rest] };
}
