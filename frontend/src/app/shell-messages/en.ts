import type { Messages } from "@/shared/i18n";

export const messages: Messages[] = Object.values(
  import.meta.glob<Messages>(["../../shared/locales/en.json", "../../features/*/locales/shell.en.json"], {
    eager: true,
    import: "default",
  }),
);
