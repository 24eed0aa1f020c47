import { describe, expect, it } from "vitest";

import vectors from "../../../../tests/kit/identifiers.json";
import {
  checkBankAccount,
  checkCreditCode,
  checkIdNumber,
  checkLandline,
  checkMobile,
  checkPostalCode,
  completeIdNumber,
  readIdNumber,
  upgradeIdNumber,
} from "./identifiers";

const TODAY = new Date(`${vectors.today}T00:00:00Z`);

/** The server tests its own rules by the same file: what one side takes, the other must not refuse. */
const checks: Record<keyof typeof vectors.right & keyof typeof vectors.wrong, (text: string) => string | null> = {
  id_number: (text) => checkIdNumber(text, TODAY),
  credit_code: checkCreditCode,
  mobile: checkMobile,
  landline: checkLandline,
  bank_account: checkBankAccount,
  postal_code: checkPostalCode,
};
const kinds = Object.keys(checks) as (keyof typeof checks)[];

describe.each(kinds)("%s", (kind) => {
  it.each(Object.keys(vectors.right[kind]))("takes %j", (text) => {
    expect(checks[kind](text)).toBeNull();
  });

  it.each(Object.entries(vectors.wrong[kind]))("refuses %j as %s", (text, code) => {
    expect(checks[kind](text)).toBe(code);
  });
});

it("has vectors for every kind", () => {
  expect(Object.keys(vectors.right).sort()).toEqual([...kinds].sort());
});

describe("ID number (GB 11643-1999)", () => {
  it("upgrades 15 digits with the century and the check character", () => {
    expect(upgradeIdNumber("110105491231002")).toBe("11010519491231002X");
    expect(completeIdNumber("11010519491231002")).toBe("11010519491231002X");
  });

  it("reads sex and date of birth, and nothing from a wrong number", () => {
    expect(readIdNumber("11010519491231002X", TODAY)).toEqual({ sex: "female", birth_date: "1949-12-31" });
    expect(readIdNumber("440524188001010014", TODAY)).toEqual({ sex: "male", birth_date: "1880-01-01" });
    expect(readIdNumber("23023019950212522X", TODAY)).toBeNull();
  });
});
