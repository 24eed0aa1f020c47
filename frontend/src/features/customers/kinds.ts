import type { CustomerSummary } from "@/api/generated";

export type CustomerKind = CustomerSummary["kind"];
export type CustomerLevel = NonNullable<CustomerSummary["level"]>;

export const kinds = ["person", "company"] as const satisfies CustomerKind[];
export const levels = [
  "ordinary",
  "key_prospect",
  "major",
  "partner",
  "strategic_partner",
] as const satisfies CustomerLevel[];
