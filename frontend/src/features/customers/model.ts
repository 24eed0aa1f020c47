import type { CustomerCreate, CustomerRead, CustomerSummary, CustomerUpdate } from "@/api/generated";
import type { Filters, ListSchema } from "@/shared/composables/useListState";

import type { CustomerKind } from "./kinds";
import type { CustomerValues } from "./schema";

export { kinds, type CustomerKind } from "./kinds";

export type Customer = CustomerRead;
export type CustomerRow = CustomerSummary;
export type CustomerStatus = CustomerRow["status"];

export const statuses = ["pending", "returned", "complete", "reviewing", "approved", "rejected"] as const satisfies CustomerStatus[];

/** One tone per state, used wherever a state is shown; the label always stands beside the colour. */
export const statusTones: Record<CustomerStatus, "neutral" | "attention" | "primary" | "info" | "success" | "danger"> = {
  pending: "neutral",
  returned: "attention",
  complete: "primary",
  reviewing: "info",
  approved: "success",
  rejected: "danger",
};

export const customerFilters = {
  status: "many",
  kind: "one",
  level: "many",
  area: "one",
  manager_id: "one",
  created_by_id: "one",
  created_from: "one",
  created_to: "one",
  archived: "flag",
} as const;

export const customerList = {
  filters: customerFilters,
  sorts: ["created_at", "updated_at", "name", "customer_no", "status", "uploaded_pct"],
  defaultSort: "-created_at",
} satisfies ListSchema<typeof customerFilters>;
export type CustomerFilters = Filters<typeof customerFilters>;

export const personFields = ["id_number", "sex", "birth_date", "marital_status"] as const;
export const companyFields = [
  "unified_social_credit_code",
  "legal_representative",
  "registered_capital",
  "annual_turnover",
  "business_license_no",
  "local_tax_no",
  "national_tax_no",
] as const;

/** Values the server masks in its answers: an untouched field must not be sent back. */
export const secretFields = ["id_number", "bank_account"] as const;
export type SecretField = (typeof secretFields)[number];

export type { CustomerValues };
export type CustomerField = keyof CustomerValues;

export const blankCustomer: CustomerValues = {
  kind: "person",
  name: "",
  id_number: "",
  sex: null,
  birth_date: "",
  marital_status: null,
  unified_social_credit_code: "",
  legal_representative: "",
  registered_capital: "",
  annual_turnover: "",
  business_license_no: "",
  local_tax_no: "",
  national_tax_no: "",
  phone: "",
  landline: "",
  fax: "",
  email: "",
  website: "",
  area: "",
  address: "",
  postal_code: "",
  level: null,
  satisfaction: null,
  credit_rating: null,
  manager_id: null,
  bank_name: "",
  bank_account: "",
  remark: "",
};

/** A stored customer as form values; the secret fields start empty, which means "unchanged". */
export function toValues(customer: Customer): CustomerValues {
  const values = { ...blankCustomer };
  for (const field of Object.keys(blankCustomer) as CustomerField[]) {
    if (field === "manager_id" || field === "id_number" || field === "bank_account") continue;
    Object.assign(values, { [field]: customer[field] ?? blankCustomer[field] });
  }
  return { ...values, manager_id: customer.manager?.id ?? null };
}

const foreign: Record<CustomerKind, readonly CustomerField[]> = {
  person: companyFields,
  sole_proprietor: ["local_tax_no", "national_tax_no"],
  company: personFields,
};

/** Fields that do not exist for this kind of customer. */
export function foreignFields(kind: CustomerKind): readonly CustomerField[] {
  return foreign[kind];
}

function filled(values: CustomerValues): Record<string, unknown> {
  const foreign = new Set<string>(foreignFields(values.kind));
  const entries = Object.entries(values)
    .filter(([field]) => !foreign.has(field))
    .map(([field, value]) => [field, typeof value === "string" ? value.trim() || null : value]);
  return Object.fromEntries(entries) as Record<string, unknown>;
}

export function toCreateBody(values: CustomerValues): CustomerCreate {
  return filled(values) as CustomerCreate;
}

/**
 * The body of an update: a secret field left empty is left out (unchanged) unless it is in
 * `cleared`, and the kind of a customer never changes.
 */
export function toUpdateBody(values: CustomerValues, cleared: ReadonlySet<SecretField>): CustomerUpdate {
  const unsent = new Set<string>(["kind", ...secretFields.filter((field) => values[field].trim() === "" && !cleared.has(field))]);
  const entries = Object.entries(filled(values)).filter(([field]) => !unsent.has(field));
  return Object.fromEntries(entries) as CustomerUpdate;
}

/** A draft that may rest in the browser: without ID number and bank account. */
export function withoutSecrets(values: CustomerValues): CustomerValues {
  return { ...values, id_number: "", bank_account: "", birth_date: "", sex: null, marital_status: null };
}
