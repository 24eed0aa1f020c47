/** A mainland mobile number: eleven digits from 13 to 19. */
export function isMobile(value: string): boolean {
  return /^1[3-9]\d{9}$/.test(value);
}

/** A landline with area code and optional extension ("021-62345678", "0571-8765432-801") or a 400/800 number. */
export function isLandline(value: string): boolean {
  return /^(0\d{2,3}-?[2-9]\d{6,7}(-\d{1,6})?|[48]00-?\d{3}-?\d{4})$/.test(value);
}
