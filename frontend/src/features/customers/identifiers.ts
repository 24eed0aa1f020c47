import { isLandline, isMobile } from "@/shared/utils/phone";

/** A code of `field_errors.*`, the same the server gives; null when the value is right. */
type Verdict = string | null;

const ID_WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const ID_CHECKS = "10X98765432";
/** GB/T 2260 provinces; 81 to 83 are residence permits of people from Hong Kong, Macau and Taiwan. */
const PROVINCE = /^(1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3])/;

const CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY";
const CREDIT_WEIGHTS = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
const ORGANIZATION_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const ORGANIZATION_WEIGHTS = [3, 7, 9, 10, 5, 8, 4, 2];
const ORGANIZATION_CHECKS = "0X987654321";

function weightedSum(text: string, weights: readonly number[], alphabet: string): number {
  return weights.reduce((sum, weight, index) => sum + alphabet.indexOf(text.charAt(index)) * weight, 0);
}

/** Full-width letters and digits become plain ones, blanks at the ends go, letters become capitals. */
export function normalizeIdentifier(text: string): string {
  return text.normalize("NFKC").trim().toUpperCase();
}

/** Appends the check character of GB 11643-1999 (ISO 7064, MOD 11-2) to 17 digits. */
export function completeIdNumber(first17: string): string {
  return first17 + ID_CHECKS.charAt(weightedSum(first17, ID_WEIGHTS, "0123456789") % 11);
}

/** The 18-character form: a 15-digit number, issued until 1999, gets its century and check character. */
export function upgradeIdNumber(text: string): string {
  const value = normalizeIdentifier(text);
  return /^\d{15}$/.test(value) ? completeIdNumber(`${value.slice(0, 6)}19${value.slice(6)}`) : value;
}

/** ISO date of birth in an 18-character number; null when it is no day of the calendar or not past. */
function birthDateOf(idNumber: string, today: Date): string | null {
  const [year, month, day] = [idNumber.slice(6, 10), idNumber.slice(10, 12), idNumber.slice(12, 14)].map(Number);
  if (!year || !month || !day || year < 1800) return null;
  const date = new Date(Date.UTC(year, month - 1, day));
  const real = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return real && date < today ? date.toISOString().slice(0, 10) : null;
}

/** Checks a resident ID number (GB 11643-1999), 18 characters or the 15 of before 1999. */
export function checkIdNumber(text: string, today: Date = new Date()): Verdict {
  const typed = normalizeIdentifier(text);
  if (typed.length !== 15 && typed.length !== 18) return "id_number.length";
  if (!/^(\d{15}|\d{17}[\dX])$/.test(typed)) return "id_number.characters";
  const value = upgradeIdNumber(typed);
  if (!PROVINCE.test(value)) return "id_number.region";
  if (birthDateOf(value, today) === null) return "id_number.birth_date";
  return value === completeIdNumber(value.slice(0, 17)) ? null : "id_number.checksum";
}

/** Sex and date of birth that a valid ID number states; null for anything else. */
export function readIdNumber(
  text: string,
  today: Date = new Date(),
): { sex: "male" | "female"; birth_date: string } | null {
  if (checkIdNumber(text, today) !== null) return null;
  const value = upgradeIdNumber(text);
  const birthDate = birthDateOf(value, today);
  return birthDate === null ? null : { sex: Number(value[16]) % 2 === 1 ? "male" : "female", birth_date: birthDate };
}

/** Checks a unified social credit code (GB 32100-2015) and the organization code inside (GB 11714-1997). */
export function checkCreditCode(text: string): Verdict {
  const value = normalizeIdentifier(text);
  if (value.length !== 18) return "credit_code.length";
  if ([...value].some((character) => !CREDIT_ALPHABET.includes(character))) return "credit_code.characters";
  const check = (31 - (weightedSum(value, CREDIT_WEIGHTS, CREDIT_ALPHABET) % 31)) % 31;
  if (value[17] !== CREDIT_ALPHABET[check]) return "credit_code.checksum";
  const organization = weightedSum(value.slice(8, 16), ORGANIZATION_WEIGHTS, ORGANIZATION_ALPHABET);
  return value[16] === ORGANIZATION_CHECKS[organization % 11] ? null : "credit_code.organization_code";
}

/** Checks a mobile number typed with or without blanks, dashes and +86. */
export function checkMobile(text: string): Verdict {
  const compact = text.normalize("NFKC").replace(/[\s\-‐-―]/g, "");
  return isMobile(compact.replace(/^(\+|00)?86(?=1)/, "")) ? null : "phone.invalid";
}

/** Checks a landline with area code, or a 400/800 number, each perhaps with an extension. */
export function checkLandline(text: string): Verdict {
  const compact = text.normalize("NFKC").replace(/[‐-―]/g, "-").replace(/[\s()]/g, "");
  return isLandline(compact) ? null : "landline.invalid";
}

export function checkBankAccount(text: string): Verdict {
  return /^\d{12,30}$/.test(text.normalize("NFKC").replace(/[\s\-‐-―]/g, "")) ? null : "bank_account.invalid";
}

export function checkPostalCode(text: string): Verdict {
  return /^\d{6}$/.test(text.normalize("NFKC").trim()) ? null : "postal_code.invalid";
}
