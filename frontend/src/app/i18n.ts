import { provideMessages } from "@/shared/i18n";

type Messages = Awaited<ReturnType<Parameters<typeof provideMessages>[0]>>;

const files = import.meta.glob<Messages>(["../features/*/locales/*.json", "../shared/locales/*.json"], {
  import: "default",
});

/** Each feature's messages are a chunk per language, fetched together with its first page. */
export function setUpMessages(): void {
  provideMessages(async (locale, bundle) => {
    const folder = bundle === "shared" ? "shared" : `features/${bundle}`;
    return (await files[`../${folder}/locales/${locale}.json`]?.()) ?? null;
  });
}
