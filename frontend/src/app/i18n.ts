import { provideMessages, type Locale, type Messages } from "@/shared/i18n";

const pages = import.meta.glob<Messages>(
  ["../features/*/locales/*.json", "!../features/*/locales/shell.*.json"],
  { import: "default" },
);

/** What navigation, tabs and the 403 page show before any page is open: the shared messages and each feature's shell.*.json. */
const shell: Record<Locale, () => Promise<{ messages: Messages[] }>> = {
  "zh-CN": () => import("./shell-messages/zh-CN"),
  en: () => import("./shell-messages/en"),
};

/** Each feature's messages are a chunk per language, fetched together with its first page. */
export function setUpMessages(): void {
  provideMessages(async (locale, bundle) => {
    if (bundle === "shell") return (await shell[locale]()).messages;
    const messages = await pages[`../features/${bundle}/locales/${locale}.json`]?.();
    return messages ? [messages] : [];
  });
}
