import type { CustomerSummary } from "@/api/generated";

export type CustomerKind = CustomerSummary["kind"];

export const kinds = ["person", "company"] as const satisfies CustomerKind[];
