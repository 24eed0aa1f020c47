import { provideMessages } from "@/shared/i18n";

type Messages = Awaited<ReturnType<Parameters<typeof provideMessages>[0]>>;

/** One chunk per language holds the messages of every feature. */
export function setUpMessages(): void {
  provideMessages(async (locale) => {
    const module = locale === "en" ? await import("./locales/en") : await import("./locales/zh-CN");
    return module.default as Messages;
  });
}
