/** Runs what no page waits for when the browser has nothing else to do; Safari, which cannot tell, a little later. */
export function whenIdle(work: () => void): void {
  if (typeof requestIdleCallback === "function") requestIdleCallback(work, { timeout: 5_000 });
  else setTimeout(work, 2_000);
}
