import type { LiveRoutes } from "@/shared/realtime/routes";

import { documentKeys } from "./api";

export default {
  "document.": ({ customer_id: id }) => [
    { key: documentKeys.checklist(id), pace: "now" },
    { key: documentKeys.lists, pace: "list" },
  ],
  "finding.": ({ customer_id: id }) => [{ key: documentKeys.findings(id), pace: "now" }],
  "progress.": ({ customer_id: id }) => [{ key: documentKeys.checklist(id), pace: "now" }],
  "case.": ({ customer_id: id }) => [{ key: documentKeys.checklist(id), pace: "now" }],
  // The list of all documents shows the customers' names.
  "customer.": () => [{ key: documentKeys.lists, pace: "list" }],
  "requirements.": () => [{ key: documentKeys.checklists, pace: "list" }],
  "document_types.": () => [
    { key: documentKeys.types, pace: "now" },
    { key: documentKeys.checklists, pace: "now" },
  ],
} satisfies LiveRoutes;
