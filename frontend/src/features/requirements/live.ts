import type { LiveRoutes } from "@/shared/realtime/routes";

import { requirementKeys } from "./api";

export default {
  "requirements.": () => [{ key: requirementKeys.all, pace: "now" }],
} satisfies LiveRoutes;
