import { mergeMessages } from "./merge";

export default mergeMessages(
  import.meta.glob<Record<string, unknown>>(
    ["../../features/*/locales/zh-CN.json", "../../shared/locales/zh-CN.json"],
    { eager: true, import: "default" },
  ),
);
