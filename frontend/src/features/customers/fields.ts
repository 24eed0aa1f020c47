import type { CustomerField, CustomerKind } from "./model";

/** How a field is entered; each interface has one component that knows them all. */
export type FieldInput =
  | "text"
  | "phone"
  | "email"
  | "url"
  | "digits"
  | "money"
  | "secret"
  | "long-text"
  | "date"
  | "choice"
  | "level"
  | "rating"
  | "person";

export interface FieldSpec {
  name: CustomerField;
  input: FieldInput;
  required?: boolean;
  /** Longest text the server takes. */
  longest?: number;
  /** The dictionary whose words can be chosen, or are suggested while typing. */
  dictionary?: string;
  /** The words that can be chosen when they belong to the program; `customers.<name>.<choice>` says them. */
  choices?: readonly string[];
  /** Takes the whole width of a form with two columns. */
  wide?: boolean;
}

export interface FieldSection {
  key: "identity" | "contact" | "business" | "bank" | "former" | "remark";
  fields: readonly FieldSpec[];
}

const person: readonly FieldSpec[] = [
  { name: "name", input: "text", required: true, longest: 120 },
  { name: "id_number", input: "secret", longest: 40 },
  { name: "sex", input: "choice", choices: ["male", "female"] },
  { name: "birth_date", input: "date" },
  { name: "marital_status", input: "choice", choices: ["single", "married", "divorced", "widowed"] },
];

/** The business, and the person who answers for it. */
const soleProprietor: readonly FieldSpec[] = [
  { name: "name", input: "text", required: true, longest: 120, wide: true },
  { name: "unified_social_credit_code", input: "text", longest: 40 },
  { name: "legal_representative", input: "text", longest: 60 },
  ...person.slice(1),
  { name: "registered_capital", input: "money" },
  { name: "annual_turnover", input: "money" },
];

const company: readonly FieldSpec[] = [
  { name: "name", input: "text", required: true, longest: 120, wide: true },
  { name: "unified_social_credit_code", input: "text", longest: 40 },
  { name: "legal_representative", input: "text", longest: 60 },
  { name: "registered_capital", input: "money" },
  { name: "annual_turnover", input: "money" },
];

/** Numbers that the unified social credit code has replaced; old papers still carry them. */
const formerNumbers: Record<CustomerKind, readonly FieldSpec[]> = {
  person: [],
  sole_proprietor: [{ name: "business_license_no", input: "text", longest: 50 }],
  company: [
    { name: "business_license_no", input: "text", longest: 50 },
    { name: "local_tax_no", input: "text", longest: 50 },
    { name: "national_tax_no", input: "text", longest: 50 },
  ],
};

const identity: Record<CustomerKind, readonly FieldSpec[]> = { person, sole_proprietor: soleProprietor, company };

/** What a first conversation tells, in this order; everything else can wait. */
const atFirst: readonly CustomerField[] = ["name", "unified_social_credit_code", "id_number", "phone", "manager_id"];

const rest: readonly FieldSection[] = [
  {
    key: "contact",
    fields: [
      { name: "phone", input: "phone", longest: 30 },
      { name: "landline", input: "phone", longest: 40 },
      { name: "email", input: "email", longest: 254 },
      { name: "fax", input: "phone", longest: 40 },
      { name: "area", input: "text", longest: 60, dictionary: "area" },
      { name: "postal_code", input: "digits", longest: 20 },
      { name: "address", input: "text", longest: 500, wide: true },
      { name: "website", input: "url", longest: 200 },
    ],
  },
  {
    key: "business",
    fields: [
      { name: "manager_id", input: "person" },
      { name: "level", input: "level", dictionary: "customer_level" },
      { name: "satisfaction", input: "rating", dictionary: "satisfaction" },
      { name: "credit_rating", input: "rating", dictionary: "credit_rating" },
    ],
  },
  {
    key: "bank",
    fields: [
      { name: "bank_name", input: "text", longest: 60 },
      { name: "bank_account", input: "secret", longest: 60 },
    ],
  },
];

const remark: FieldSection = {
  key: "remark",
  fields: [{ name: "remark", input: "long-text", longest: 1000, wide: true }],
};

/** The fields of a customer in the order people fill them in, for forms and for reading. */
export function fieldSections(kind: CustomerKind): readonly FieldSection[] {
  const former: FieldSection = { key: "former", fields: formerNumbers[kind] };
  const sections = [{ key: "identity" as const, fields: identity[kind] }, ...rest, former, remark];
  return sections.filter(({ fields }) => fields.length > 0);
}

/** The same cut in two for a form: what is always shown, and the sections that are folded until they are wanted. */
export function formFields(kind: CustomerKind): { first: readonly FieldSpec[]; more: readonly FieldSection[] } {
  const sections = fieldSections(kind);
  const all = sections.flatMap(({ fields }) => fields);
  const more = sections.map(({ key, fields }) => ({ key, fields: fields.filter(({ name }) => !atFirst.includes(name)) }));
  return {
    first: atFirst.flatMap((name) => all.find((spec) => spec.name === name) ?? []),
    more: more.filter(({ fields }) => fields.length > 0),
  };
}
