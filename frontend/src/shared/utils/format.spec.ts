import { expect, it } from "vitest";

import { formatList, withoutGrouping } from "./format";

it("lists names as each language does", () => {
  expect(formatList(["身份证", "户口本"], "zh-CN")).toBe("身份证、户口本");
  expect(formatList(["ID card", "payslip"], "en")).toBe("ID card, payslip");
});

it("takes amounts as sheets group them", () => {
  expect(withoutGrouping("50,000,000")).toBe("50000000");
  expect(withoutGrouping("1 234，567.89")).toBe("1234567.89");
});
