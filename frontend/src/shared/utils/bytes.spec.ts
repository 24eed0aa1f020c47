import { expect, it } from "vitest";

import { formatBytes } from "./bytes";

it.each([
  [0, "0 B"],
  [1023, "1023 B"],
  [1536, "2 KB"],
  [1023 * 1024, "1.0 MB"],
  [10 * 1024 * 1024, "10.0 MB"],
])("%d bytes read as %s", (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});
