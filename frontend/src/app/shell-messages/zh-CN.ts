import type { Messages } from "@/shared/i18n";

export const messages: Messages[] = Object.values(
  import.meta.glob<Messages>(["../../shared/locales/zh-CN.json", "../../features/*/locales/shell.zh-CN.json"], {
    eager: true,
    import: "default",
  }),
);
