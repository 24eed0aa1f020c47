import { expect, it } from "vitest";

import { inTenThousands } from "./useMoneyEcho";

it.each([
  ["50000000", "5,000"],
  ["9999999999999999.99", "999,999,999,999.999999"],
  ["12345", "1.2345"],
  ["10000.50", "1.00005"],
  ["999", "0.0999"],
])("tells %s in units of ten thousand", (amount, units) => {
  expect(inTenThousands(amount)).toBe(units);
});
