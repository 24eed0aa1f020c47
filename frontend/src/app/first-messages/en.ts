import type { Messages } from "@/shared/i18n";

export const files = import.meta.glob<Messages>(
  [
    "../../shared/locales/en.json",
    "../../features/*/locales/shell.en.json",
    "../../features/customers/locales/en.json",
  ],
  { eager: true, import: "default" },
);
