import type { Messages } from "@/shared/i18n";

export const files = import.meta.glob<Messages>(
  [
    "../../shared/locales/zh-CN.json",
    "../../features/*/locales/shell.zh-CN.json",
    "../../features/customers/locales/zh-CN.json",
  ],
  { eager: true, import: "default" },
);
