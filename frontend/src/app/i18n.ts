import { provideMessages, type Locale, type Messages } from "@/shared/i18n";

type Files = () => Promise<{ files: Record<string, Messages> }>;

/** What navigation, tabs, the 403 page and the list that people begin with show comes as one file. */
const first: Record<Locale, Files> = {
  "zh-CN": () => import("./first-messages/zh-CN"),
  en: () => import("./first-messages/en"),
};
/** What a customer's page shows with all its pieces is another. */
const ofCases: Record<Locale, Files> = {
  "zh-CN": () => import("./case-messages/zh-CN"),
  en: () => import("./case-messages/en"),
};
/** The other features' messages are a file each, fetched together with their first page. */
const pages = import.meta.glob<Messages>(
  [
    "../features/*/locales/*.json",
    "!../features/*/locales/shell.*.json",
    "!../features/{cases,customers,documents,uploads}/locales/*.json",
  ],
  { import: "default" },
);
const bundlesOfCases = ["cases", "documents", "uploads"];

export function setUpMessages(): void {
  provideMessages(async (locale, bundle) => {
    const page = pages[`../features/${bundle}/locales/${locale}.json`];
    if (page) return [await page()];
    const { files } = await (bundlesOfCases.includes(bundle) ? ofCases : first)[locale]();
    return Object.entries(files).flatMap(([path, messages]) => (bundleOf(path) === bundle ? [messages] : []));
  });
}

function bundleOf(path: string): string {
  return /\/shared\/|\/shell\./.test(path) ? "shell" : (path.split("/").at(-3) ?? "");
}
