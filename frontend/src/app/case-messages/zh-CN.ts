import type { Messages } from "@/shared/i18n";

export const files = import.meta.glob<Messages>("../../features/{cases,documents,uploads}/locales/zh-CN.json", {
  eager: true,
  import: "default",
});
