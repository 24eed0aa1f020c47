import type { LiveRoutes } from "@/shared/realtime/routes";

import { dictionaryKeys } from "./api";

export default {
  "dictionary.": () => [{ key: dictionaryKeys.all, pace: "now" }],
} satisfies LiveRoutes;
