/** A mainland mobile number: eleven digits from 13 to 19. */
export function isMobile(value: string): boolean {
  return /^1[3-9]\d{9}$/.test(value);
}

const EXTENSION = "(?:(?:-|转|分机|ext\\.?|x|#)\\d{1,6})?";
const LANDLINE = new RegExp(
  `^((?:(?:\\+|00)86-?0?|0)(?:10|2\\d|[3-9]\\d{2})-?[2-9]\\d{2,3}-?\\d{4}|(?:(?:\\+|00)86-?)?[48]00-?\\d{3}-?\\d{4})${EXTENSION}$`,
  "i",
);

/** A landline with area code ("021-61234567", "0571-8765432-801") or a 400/800 number. */
export function isLandline(value: string): boolean {
  return LANDLINE.test(value);
}
