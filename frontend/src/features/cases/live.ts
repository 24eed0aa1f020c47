import type { LiveRoutes } from "@/shared/realtime/routes";

import { caseKeys } from "./api";

export default {
  "case.": ({ customer_id: id }) => [
    { key: caseKeys.history(id), pace: "now" },
    { key: caseKeys.of(id), pace: "now" },
  ],
  "progress.": ({ customer_id: id }) => [
    { key: caseKeys.history(id), pace: "now" },
    { key: caseKeys.of(id), pace: "now" },
  ],
} satisfies LiveRoutes;
