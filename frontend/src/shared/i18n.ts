import { createI18n } from "vue-i18n";

export const locales = ["zh-CN", "en"] as const;
export type Locale = (typeof locales)[number];

export const i18n = createI18n({
  legacy: false,
  locale: "zh-CN",
  fallbackLocale: "zh-CN",
  messages: {},
});

type Messages = Parameters<typeof i18n.global.setLocaleMessage>[1];
type MessageLoader = (locale: Locale) => Promise<Messages>;

let loadMessages: MessageLoader | null = null;
const loaded = new Set<Locale>();

/** Says where the messages of a language come from; called once by the wiring in app/. */
export function provideMessages(loader: MessageLoader): void {
  loadMessages = loader;
}

/** Loads the language when needed and switches the whole page to it, `<html lang>` included. */
export async function setLocale(locale: Locale): Promise<void> {
  if (!loaded.has(locale) && loadMessages) {
    i18n.global.setLocaleMessage(locale, await loadMessages(locale));
    loaded.add(locale);
  }
  i18n.global.locale.value = locale;
  document.documentElement.lang = locale;
}

export function currentLocale(): Locale {
  return i18n.global.locale.value as Locale;
}

/** `t` for code that runs outside a component: stores, the API layer. */
export function translate(key: string, values: Record<string, unknown> = {}): string {
  return i18n.global.t(key, values);
}

export function hasTranslation(key: string): boolean {
  return i18n.global.te(key, currentLocale());
}
