import type {
  AnnotationRead,
  CheckRead,
  CompletenessItem,
  CompletenessRead,
  CustomerRead,
  DocumentRead,
  DocumentTypeFields,
  DocumentTypeRead,
  Fact,
  ItemState,
  LackRead,
  Processing,
  RevealPurpose,
  ReviewStatus,
  Variant,
} from "@/api/generated";
import type { Filters, ListSchema } from "@/shared/composables/useListState";
import type { Locale } from "@/shared/i18n";

export type { Fact, Processing, RevealPurpose, ReviewStatus };
export type Annotation = AnnotationRead;
export type FactCheck = CheckRead;
export type ContentVariant = Variant;
export type SlotState = ItemState;
export type DocumentType = DocumentTypeRead;
export type DocumentTypeInput = Required<DocumentTypeFields>;
export type DocumentKind = DocumentType["allowed_kinds"][number];
export type CustomerDocument = DocumentRead;
export type Lack = LackRead;
export type ChecklistItem = CompletenessItem;
export type Completeness = CompletenessRead;
/** Whose documents they are: the page that shows them hands its customer on. */
export type DocumentOwner = Pick<CustomerRead, "id" | "name" | "can">;

export const reviewStatuses = ["pending", "accepted", "rejected"] as const satisfies ReviewStatus[];

export const documentFilters = {
  document_type: "many",
  review_status: "many",
  uploaded_by_id: "one",
  uploaded_from: "one",
  uploaded_to: "one",
  trashed: "flag",
} as const;

export const documentList = {
  filters: documentFilters,
  sorts: ["uploaded_at", "filename", "size"],
  defaultSort: "-uploaded_at",
} satisfies ListSchema<typeof documentFilters>;
export type DocumentFilters = Filters<typeof documentFilters>;

export function typeName(type: Pick<DocumentType, "name" | "name_en">, locale: Locale): string {
  return locale === "en" ? type.name_en || type.name : type.name;
}

/** What is needed before what is not, each in the order of the requirement sets; one of a group is needed too. */
export function slotGroups(items: readonly ChecklistItem[]): { required: ChecklistItem[]; optional: ChecklistItem[] } {
  const isNeeded = (item: ChecklistItem) => item.required || item.groups.length > 0;
  return { required: items.filter(isNeeded), optional: items.filter((item) => !isNeeded(item)) };
}

/** What to look for when taking or scanning it, in a language; Chinese when that is all there is. */
export function hintOf(item: Pick<ChecklistItem, "hint_zh" | "hint_en">, locale: Locale): string {
  return (locale === "en" && item.hint_en) || item.hint_zh || "";
}

/** How many required items have come in, which a refusal does not take back, and how many of them are refused. */
export function whatCame(items: readonly Pick<ChecklistItem, "required" | "state">[]): { received: number; refused: number } {
  const required = items.filter((item) => item.required);
  return {
    received: required.filter(({ state }) => state !== "missing").length,
    refused: required.filter(({ state }) => state === "rejected").length,
  };
}

export type DocumentDates = Pick<CustomerDocument, "issued_on" | "expires_on" | "covers_from" | "covers_to">;

/** The day that stands for "without an end". */
export const NEVER = "9999-12-31";

/** Which days an item goes by, and so asks for. */
export function askedDates(item: Pick<ChecklistItem, "max_age_days" | "asks_expiry" | "covers_months">): (keyof DocumentDates)[] {
  const dates: (keyof DocumentDates)[] = [];
  if (item.max_age_days !== null) dates.push("issued_on");
  if (item.asks_expiry) dates.push("expires_on");
  if (item.covers_months !== null) dates.push("covers_from", "covers_to");
  return dates;
}

/** The `accept` of a file picker for a type; `image/*` first, as a plain list makes some Android phones open the gallery only. */
export function pickerAccept(kinds: readonly DocumentKind[]): string {
  const accept: Record<DocumentKind, string> = { image: "image/*,.heic,.heif", pdf: "application/pdf,.pdf" };
  return kinds.map((kind) => accept[kind]).join(",");
}

const NAME_CLUES: readonly [code: string, clue: RegExp][] = [
  ["legal_rep_id_back", /(法人|法定代表人).*(反面|背面|国徽)/],
  ["legal_rep_id_front", /法人|法定代表人/],
  ["id_card_back", /身份证.*(反面|背面|国徽)|id.?card.*back/i],
  ["id_card_front", /身份证|人像面|id.?card/i],
  ["income_proof", /收入|工资|薪资|在职|income|salary/i],
  ["corporate_statement", /对公/],
  ["bank_statement", /流水|对账单|bank.?statement/i],
  ["property_proof", /房产|不动产|产权|property|deed/i],
  ["corporate_credit_report", /企业.*(征信|信用报告)/],
  ["credit_report", /征信|credit.?report/i],
  ["household_register", /户口|户籍|household/i],
  ["business_license", /营业执照|business.?license/i],
  ["articles_of_association", /章程|articles/i],
  ["financial_statements", /财务|报表|资产负债|financial/i],
  ["basic_account", /开户许可|基本存款|basic.?account/i],
  ["capital_verification", /验资|verification/i],
  ["shareholder_register", /股东|shareholder/i],
  ["premises_proof", /经营场所|租赁|lease|premises/i],
  ["tax_certificate", /纳税|完税|tax/i],
  ["purpose_proof", /用途|购销|合同|purpose/i],
  ["appraisal_report", /评估|appraisal/i],
  ["vehicle_registration", /登记证书|registration/i],
  ["vehicle_permit", /行驶证/],
  ["vehicle_insurance", /保险|保单|insurance/i],
  ["marriage_certificate", /结婚|婚姻|marriage/i],
];

/** The type that a file's name suggests, among those offered; null when it says nothing. */
export function guessType(filename: string, codes: readonly string[]): string | null {
  const match = NAME_CLUES.find(([code, clue]) => codes.includes(code) && clue.test(filename));
  return match?.[0] ?? null;
}

/**
 * Gives a pasted screenshot, which browsers call "image.png" every time, a name that tells it from the next one;
 * a copied file keeps its own.
 *
 * @param prefix what such files are called in the person's language
 */
export function namePasted(file: File, prefix: string, now: Date): File {
  if (!/^image\.(png|jpe?g)$/i.test(file.name)) return file;
  const two = (value: number) => String(value).padStart(2, "0");
  const day = `${now.getFullYear()}${two(now.getMonth() + 1)}${two(now.getDate())}`;
  const time = `${two(now.getHours())}${two(now.getMinutes())}${two(now.getSeconds())}`;
  const extension = file.name.slice(file.name.lastIndexOf("."));
  return new File([file], `${prefix}-${day}-${time}${extension}`, { type: file.type });
}

export interface ViewerPlace {
  documentId: string;
  /** From 1. */
  page: number;
}

/** The page after (`step` 1) or before (-1) a place, running on into the neighbouring document; null at the ends. */
export function neighbourPage(
  documents: readonly Pick<CustomerDocument, "id" | "page_count">[],
  place: ViewerPlace,
  step: 1 | -1,
): ViewerPlace | null {
  const index = documents.findIndex((document) => document.id === place.documentId);
  const current = documents[index];
  if (!current) return null;
  const page = place.page + step;
  if (page >= 1 && page <= current.page_count) return { documentId: current.id, page };
  const next = documents[index + step];
  if (!next) return null;
  return { documentId: next.id, page: step === 1 ? 1 : Math.max(1, next.page_count) };
}

/** Whether this person may still judge it. */
export function isJudgeable(document: Pick<CustomerDocument, "can">): boolean {
  return document.can.includes("accept") || document.can.includes("reject");
}

/** The next document that waits for this person's decision, searching onwards and then from the start. */
export function nextToReview<T extends Pick<CustomerDocument, "id" | "review_status" | "can">>(
  documents: readonly T[],
  afterId: string,
): T | null {
  const index = documents.findIndex((document) => document.id === afterId);
  const onwards = [...documents.slice(index + 1), ...documents.slice(0, Math.max(0, index))];
  return onwards.find((document) => document.review_status === "pending" && document.can.includes("accept")) ?? null;
}

/** What a document of each type must agree with in the customer's record, as far as the record has it. */
const comparedFacts: Readonly<Record<string, readonly Fact[]>> = {
  id_card_front: ["name", "id_number", "sex", "birth_date", "address"],
  id_card_back: ["valid_until"],
  income_proof: ["name", "id_number"],
  bank_statement: ["name", "bank_name", "bank_account"],
  property_proof: ["name", "address"],
  credit_report: ["name", "id_number"],
  household_register: ["name", "id_number", "birth_date", "address"],
  marriage_certificate: ["name", "id_number", "sex", "birth_date"],
  business_license: ["name", "unified_social_credit_code", "legal_representative", "registered_capital", "address"],
  legal_rep_id_front: ["legal_representative"],
  legal_rep_id_back: ["valid_until"],
  articles_of_association: ["name", "legal_representative", "registered_capital"],
  corporate_statement: ["name", "bank_name", "bank_account"],
  basic_account: ["name", "legal_representative", "bank_name", "bank_account"],
  property_certificate: ["name", "address"],
  premises_proof: ["name", "address"],
  capital_verification: ["name", "registered_capital"],
  tax_certificate: ["name", "unified_social_credit_code"],
  financial_statements: ["name", "annual_turnover"],
  corporate_credit_report: ["name", "unified_social_credit_code"],
};

/** The facts to compare with a document; of a type nobody has named them for, whose it is. */
export function factsOf(typeCode: string): readonly Fact[] {
  return comparedFacts[typeCode] ?? ["name"];
}

export const revealPurposes = ["check_documents", "phone_call", "other"] as const satisfies RevealPurpose[];

/** A document as the end of a review sums it up. */
export interface Verdict {
  document: CustomerDocument;
  /** What its type is called. */
  title: string;
  /** Facts that disagree with it, in words. */
  differences: string[];
}

/** A rectangle in fractions of the upright page. */
export type Rectangle = Pick<Annotation, "x" | "y" | "width" | "height">;

/** The changeable part of a type, for a request that replaces it whole. */
export function inputOf(type: DocumentType): DocumentTypeInput {
  return {
    name: type.name,
    name_en: type.name_en,
    hint: type.hint,
    is_active: type.is_active,
    sort_order: type.sort_order,
    allowed_kinds: type.allowed_kinds,
    max_files: type.max_files,
  };
}

const ORDER_STEP = 10;

/**
 * Moves one type a place up (-1) or down (1) and numbers the list afresh in tens; returns those whose number changes.
 */
export function reordered(types: readonly DocumentType[], code: string, step: 1 | -1): DocumentType[] {
  const order = [...types];
  const from = order.findIndex((type) => type.code === code);
  const moved = order[from];
  const other = order[from + step];
  if (!moved || !other) return [];
  order[from] = other;
  order[from + step] = moved;
  return order
    .map((type, index) => ({ ...type, sort_order: (index + 1) * ORDER_STEP }))
    .filter((type) => types.find((before) => before.code === type.code)?.sort_order !== type.sort_order);
}
