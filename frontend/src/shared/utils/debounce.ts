/** A function that runs `work` once its calls have paused for `delay` milliseconds, with the last arguments. */
export function debounce<Arguments extends unknown[]>(
  work: (...values: Arguments) => void,
  delay: number,
): (...values: Arguments) => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return (...values) => {
    clearTimeout(timer);
    timer = setTimeout(() => work(...values), delay);
  };
}
