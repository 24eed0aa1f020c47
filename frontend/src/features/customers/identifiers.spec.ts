import { describe, expect, it } from "vitest";

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

const TODAY = new Date("2026-11-21T00:00:00Z");

describe("ID number (GB 11643-1999)", () => {
  it.each(["11010519491231002X", "11010519491231002x", " １1010519491231002X", "440524188001010014"])("takes %s", (text) => {
    expect(checkIdNumber(text, TODAY)).toBeNull();
  });

  it.each([
    ["1101051949123100", "id_number.length"],
    ["11010519491231002Y", "id_number.characters"],
    ["1101051949123100X2", "id_number.characters"],
    ["99010519491231002X", "id_number.region"],
    ["110105194913310025", "id_number.birth_date"],
    ["110105194902300027", "id_number.birth_date"],
    ["23023019950212522X", "id_number.checksum"],
  ])("refuses %s as %s", (text, verdict) => {
    expect(checkIdNumber(text, TODAY)).toBe(verdict);
  });

  it("refuses a birth that has not happened yet, but not the day before", () => {
    expect(checkIdNumber(completeIdNumber("11010520261122002"), TODAY)).toBe("id_number.birth_date");
    expect(checkIdNumber(completeIdNumber("11010520261120002"), TODAY)).toBeNull();
  });

  it("upgrades 15 digits with the century and the check character", () => {
    expect(upgradeIdNumber("110105491231002")).toBe("11010519491231002X");
    expect(checkIdNumber("110105491231002", TODAY)).toBeNull();
  });

  it("reads sex and date of birth, and nothing from a wrong number", () => {
    expect(readIdNumber("11010519491231002X", TODAY)).toEqual({ sex: "female", birth_date: "1949-12-31" });
    expect(readIdNumber("440524188001010014", TODAY)).toEqual({ sex: "male", birth_date: "1880-01-01" });
    expect(readIdNumber("23023019950212522X", TODAY)).toBeNull();
  });
});

describe("unified social credit code (GB 32100-2015)", () => {
  it.each(["91350100M000100Y43", "914403001922038216", "9144030071526726XG", "9144030071526726xg"])("takes %s", (text) => {
    expect(checkCreditCode(text)).toBeNull();
  });

  it.each([
    ["91350100M000100Y4", "credit_code.length"],
    ["91350100M000100YI3", "credit_code.characters"],
    ["91350100M000100Y44", "credit_code.checksum"],
    // The whole's check character fits, that of the organization code inside does not.
    ["91350100M000100Y30", "credit_code.organization_code"],
  ])("refuses %s as %s", (text, verdict) => {
    expect(checkCreditCode(text)).toBe(verdict);
  });
});

describe("phone numbers", () => {
  it.each(["13800138000", "138 0013 8000", "138-0013-8000", "+86 13800138000", "１３８００１３８０００"])("takes the mobile %s", (text) => {
    expect(checkMobile(text)).toBeNull();
  });

  it.each(["12800138000", "1380013800", "138001380001", "abc"])("refuses the mobile %s", (text) => {
    expect(checkMobile(text)).toBe("phone.invalid");
  });

  it.each(["021-61234567", "02161234567", "(021) 61234567", "0571-87654321-801", "400-820-8820", "0755-26748888转8001"])(
    "takes the landline %s",
    (text) => {
      expect(checkLandline(text)).toBeNull();
    },
  );

  it.each(["61234567", "021-1234", "13800138000"])("refuses the landline %s", (text) => {
    expect(checkLandline(text)).toBe("landline.invalid");
  });
});

it("takes bank accounts of 12 to 30 digits, however grouped, and postal codes of six", () => {
  expect(checkBankAccount("6222 0210 0112 3456 789")).toBeNull();
  expect(checkBankAccount("62220210011")).toBe("bank_account.invalid");
  expect(checkPostalCode("200120")).toBeNull();
  expect(checkPostalCode("20012")).toBe("postal_code.invalid");
});
