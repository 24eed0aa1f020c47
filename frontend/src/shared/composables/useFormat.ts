import { currentLocale } from "../i18n";
import { formatDate, formatDateTime, formatList } from "../utils/format";

/** Date formats in the language of the page; they follow a switch of language because the locale is reactive. */
export function useFormat() {
  return {
    dateTime: (iso: string): string => formatDateTime(iso, currentLocale()),
    list: (names: readonly string[]): string => formatList(names, currentLocale()),
    date: (iso: string): string => formatDate(iso, currentLocale()),
  };
}
