import { createI18n } from "vue-i18n";

export const locales = ["zh-CN", "en"] as const;
export type Locale = (typeof locales)[number];

export const i18n = createI18n({
  legacy: false,
  locale: "zh-CN",
  fallbackLocale: "zh-CN",
  messages: {},
});

export type Messages = Parameters<typeof i18n.global.setLocaleMessage>[1];
/** `bundle` is the name of a feature, or "shell" for what every page shows. */
type MessageLoader = (locale: Locale, bundle: string) => Promise<Messages[]>;

let loadBundle: MessageLoader | null = null;
const wanted = new Set<string>();
const loading = new Map<string, Promise<void>>();

/** Says where messages come from; called once by the wiring in app/. */
export function provideMessages(loader: MessageLoader): void {
  loadBundle = loader;
}

function load(locale: Locale, bundle: string): Promise<void> {
  const key = `${locale}/${bundle}`;
  const present = loading.get(key);
  if (present) return present;
  const work = (async () => {
    for (const messages of (await loadBundle?.(locale, bundle)) ?? []) i18n.global.mergeLocaleMessage(locale, messages);
  })();
  loading.set(key, work);
  work.catch(() => loading.delete(key));
  return work;
}

/** Makes the messages of some features available, in this language and in any chosen later. */
export async function useMessages(bundles: readonly string[]): Promise<void> {
  for (const bundle of bundles) wanted.add(bundle);
  await Promise.all(bundles.map((bundle) => load(currentLocale(), bundle)));
}

/** Loads the language when needed and switches the whole page to it, `<html lang>` included. */
export async function setLocale(locale: Locale): Promise<void> {
  await Promise.all([...wanted].map((bundle) => load(locale, bundle)));
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
