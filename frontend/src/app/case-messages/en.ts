import type { Messages } from "@/shared/i18n";

export const files = import.meta.glob<Messages>("../../features/{cases,documents,uploads}/locales/en.json", {
  eager: true,
  import: "default",
});
