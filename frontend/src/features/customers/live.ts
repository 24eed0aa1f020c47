import { hasVersion, showsVersion, type LiveRoutes, type LiveTarget } from "@/shared/realtime/routes";

import { customerKeys } from "./api";

const lists: LiveTarget[] = [
  { key: customerKeys.lists, pace: "list" },
  { key: customerKeys.counts, pace: "count" },
];

export default {
  "customer.": ({ customer_id: id, version }) => [
    { key: customerKeys.detail(id), pace: "now", knows: hasVersion(version) },
    { key: customerKeys.lists, pace: "list", knows: showsVersion(id, version) },
    { key: customerKeys.counts, pace: "count" },
  ],
  "case.": ({ customer_id: id }) => [{ key: customerKeys.detail(id), pace: "now" }, ...lists],
  "progress.": ({ customer_id: id }) => [{ key: customerKeys.detail(id), pace: "now" }, ...lists],
  "document_types.": () => [{ key: customerKeys.details, pace: "now" }, ...lists],
} satisfies LiveRoutes;
