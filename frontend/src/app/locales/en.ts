import { mergeMessages } from "./merge";

export default mergeMessages(
  import.meta.glob<Record<string, unknown>>(
    ["../../features/*/locales/en.json", "../../shared/locales/en.json"],
    { eager: true, import: "default" },
  ),
);
