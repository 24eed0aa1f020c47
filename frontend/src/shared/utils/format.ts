import type { Locale } from "../i18n";

const TIME_ZONE = "Asia/Shanghai";

/** A moment as people at the office read it: Shanghai time whatever the device says. */
export function formatDateTime(iso: string, locale: Locale): string {
  return new Intl.DateTimeFormat(locale === "en" ? "en-GB" : locale, {
    timeZone: TIME_ZONE,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }).format(new Date(iso));
}

export function formatDate(isoDate: string, locale: Locale): string {
  return new Intl.DateTimeFormat(locale === "en" ? "en-GB" : locale, {
    timeZone: isoDate.includes("T") ? TIME_ZONE : "UTC",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
  }).format(new Date(isoDate));
}

/** Names one after another as the language does it: "甲、乙" and "A, B". */
export function formatList(names: readonly string[], locale: Locale): string {
  return names.join(locale === "en" ? ", " : "、");
}

/** What was pasted from a sheet, without what groups its digits. */
export function withoutGrouping(amount: string): string {
  return amount.replace(/[,，\s]/g, "");
}

/** A decimal string with thousands separators; the digits are never turned into a float. */
export function formatMoney(amount: string): string {
  const [whole = "0", fraction] = amount.split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return fraction === undefined ? `¥${grouped}` : `¥${grouped}.${fraction}`;
}
