import { expect, it } from "vitest";

import { telephone } from "./dial";

it.each([
  ["13812345678", "tel:13812345678"],
  ["021-61234567", "tel:02161234567"],
  ["0571-87654321-801", "tel:057187654321,801"],
  ["0571-8765432转801", "tel:05718765432,801"],
  ["+86 21 6123 4567", "tel:+862161234567"],
])("calls %s", (number, address) => {
  expect(telephone(number)).toBe(address);
});

it("calls nobody without a number", () => {
  expect(telephone(null)).toBeUndefined();
  expect(telephone("")).toBeUndefined();
});
