import * as z from "zod/mini";

import {
  checkBankAccount,
  checkCreditCode,
  checkIdNumber,
  checkLandline,
  checkMobile,
  checkPostalCode,
} from "./identifiers";
import { kinds } from "./kinds";

function optional(check: (text: string) => string | null) {
  return z.string().check(
    z.trim(),
    ({ value, issues }) => {
      const verdict = value === "" ? null : check(value);
      if (verdict !== null) issues.push({ code: "custom", message: `field_errors.${verdict}`, input: value });
    },
  );
}

const text = (longest: number) => z.string().check(z.trim(), z.maxLength(longest, "field_errors.string_too_long"));
const money = optional((amount) => (/^\d{1,16}(\.\d{1,2})?$/.test(amount) ? null : "money.invalid"));
const rating = z.nullable(z.number().check(z.minimum(1), z.maximum(5)));

/** Everything people type about a customer. Text is never null while it is being edited. */
export const customerSchema = z.object({
  kind: z.enum(kinds),
  name: text(120).check(z.minLength(1, "field_errors.missing")),
  id_number: optional(checkIdNumber),
  sex: z.nullable(z.enum(["male", "female"])),
  birth_date: z.string(),
  marital_status: z.nullable(z.enum(["single", "married", "divorced", "widowed"])),
  unified_social_credit_code: optional(checkCreditCode),
  legal_representative: text(60),
  registered_capital: money,
  annual_turnover: money,
  business_license_no: text(50),
  local_tax_no: text(50),
  national_tax_no: text(50),
  phone: optional(checkMobile),
  landline: optional(checkLandline),
  fax: optional((fax) => (checkLandline(fax) === null ? null : "landline.invalid")),
  email: optional((email) => (/^[^@\s]+@[^@\s]+\.[^@\s.]+$/.test(email) ? null : "email.invalid")),
  website: text(200),
  area: text(60),
  address: text(500),
  postal_code: optional(checkPostalCode),
  level: z.nullable(z.string()),
  satisfaction: rating,
  credit_rating: rating,
  manager_id: z.nullable(z.string()),
  bank_name: text(60),
  bank_account: optional(checkBankAccount),
  remark: text(1000),
});
export type CustomerValues = z.infer<typeof customerSchema>;
