import type { CustomerSummary } from "@/api/generated";

export type CustomerKind = CustomerSummary["kind"];

export const kinds = ["person", "sole_proprietor", "company"] as const satisfies CustomerKind[];
