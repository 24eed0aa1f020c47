import { useQueryClient } from "@tanstack/vue-query";
import { computed, nextTick, reactive, ref, shallowRef, watch } from "vue";
import { useI18n } from "vue-i18n";
import { useRouter, type RouteLocationRaw } from "vue-router";

import { useForm } from "@/shared/composables/useForm";
import { useUnsavedGuard } from "@/shared/composables/useUnsavedGuard";
import type { Ui } from "@/shared/ui";
import { notify } from "@/shared/notify";
import { draftKeyOf, useSessionStore } from "@/shared/stores/session";
import { debounce } from "@/shared/utils/debounce";
import { firstIssues } from "@/shared/utils/zod";

import { customerQuery, postCustomer, putCustomer, storeCustomer } from "../api";
import type { Conflict } from "../conflict";
import { formFields } from "../fields";
import {
  blankCustomer,
  foreignFields,
  toCreateBody,
  toUpdateBody,
  toValues,
  withoutSecrets,
  type Customer,
  type CustomerField,
  type CustomerValues,
  type SecretField,
} from "../model";
import { useFieldLabel } from "./useFieldLabel";

/** The rules come after the form: nobody has typed anything yet when the page appears. */
const rules = () => import("../schema");
const identifiers = () => import("../identifiers");

const DRAFT_DELAY_MS = 400;

const sameIdentity: Record<string, CustomerField> = {
  "customer.duplicate_id_number": "id_number",
  "customer.duplicate_credit_code": "unified_social_credit_code",
};

interface FormOptions {
  ui: Ui;
  keepDraft?: boolean;
  /** Where to go with the saved customer; to its page unless said otherwise. */
  landing?: (customer: Customer) => RouteLocationRaw | undefined;
}

/**
 * Creating a customer (`id` null) or editing one, for both interfaces.
 *
 * `keepDraft` (phones) rests what was typed in sessionStorage, without secrets: the camera or a
 * call may throw the page out of memory. It is the person's who typed it: nobody else finds it in the tab.
 */
export function useCustomerForm(id: string | null, { ui, keepDraft = false, landing }: FormOptions) {
  const { t } = useI18n();
  const router = useRouter();
  const client = useQueryClient();
  const session = useSessionStore();
  const labelOf = useFieldLabel();
  const draftKey = draftKeyOf(session.user?.id ?? "", `customer.${id ?? "new"}`);

  const stored = shallowRef<Customer | null>(null);
  const ready = ref(id === null);
  const loadError = shallowRef<unknown>(null);
  const conflict = ref<Conflict | null>(null);
  const cleared = reactive(new Set<SecretField>());
  let saved = false;

  const form = useForm<CustomerValues, Customer>({
    blank: () => ({ ...blankCustomer }),
    check: async (typed) => {
      const { customerSchema } = await rules();
      const foreign = new Set<string>(foreignFields(typed.kind));
      const issues = Object.entries(firstIssues(customerSchema.safeParse(typed), t));
      const found = Object.fromEntries(issues.filter(([field]) => !foreign.has(field)));
      const name = { name: t("field_errors.missing_of", { field: labelOf("name", typed.kind) }) };
      return found["name"] && !typed.name.trim() ? { ...found, ...name } : found;
    },
    send: (typed, keyOf) => {
      if (id !== null && stored.value) return putCustomer(id, toUpdateBody(typed, cleared), stored.value.version);
      const body = toCreateBody(typed);
      return postCustomer(body, keyOf(body));
    },
    onDone: async (customer) => {
      saved = true;
      sessionStorage.removeItem(draftKey);
      notify.success(t(id === null ? "customers.form.created" : "customers.form.saved"));
      void storeCustomer(client, customer);
      await router.replace(landing?.(customer) ?? { name: `${ui}.customers.detail`, params: { customerId: customer.id } });
    },
    onStale: openConflict,
    onRefused: (error) => {
      const field = sameIdentity[error.code];
      const customerNo = error.members["existing_customer_no"];
      duplicate.value = field && typeof customerNo === "string" ? { field, customerNo } : null;
      return false;
    },
    fieldOf: sameIdentity,
  });
  const { values } = form;

  const dirty = computed(() => cleared.size > 0 || form.dirty.value);
  const fields = computed(() => formFields(values.kind));
  /** The fields that can wait are folded while nothing is in them. */
  const unfolded = ref(id !== null);
  /** The number of the customer who has this identity already, said at the field that told it. */
  const duplicate = shallowRef<{ field: CustomerField; customerNo: string } | null>(null);
  /** What the ID number says; while it is valid, sex and date of birth are not typed by hand. */
  const derived = shallowRef<{ sex: "male" | "female"; birth_date: string } | null>(null);

  useUnsavedGuard(() => dirty.value && !saved);

  function adopt(customer: Customer): void {
    stored.value = customer;
    form.base.value = toValues(customer);
  }

  async function load(): Promise<void> {
    if (id === null) return;
    loadError.value = null;
    try {
      adopt(await client.fetchQuery({ ...customerQuery(id), staleTime: 0 }));
      form.reset(form.base.value);
      ready.value = true;
      takeUpDraft();
    } catch (error) {
      loadError.value = error;
    }
  }

  function takeUpDraft(): void {
    const text = keepDraft ? sessionStorage.getItem(draftKey) : null;
    if (text === null) return;
    Object.assign(values, JSON.parse(text));
    unfolded.value ||= fields.value.more.some((section) =>
      section.fields.some(({ name }) => values[name] !== blankCustomer[name]),
    );
    notify.info(t("customers.form.draft_restored"));
  }

  if (keepDraft) {
    const keep = debounce(() => {
      if (dirty.value && !saved && session.isSignedIn) sessionStorage.setItem(draftKey, JSON.stringify(withoutSecrets(values)));
    }, DRAFT_DELAY_MS);
    watch(values, () => keep());
  }

  watch(
    () => (values.kind === "company" ? "" : values.id_number),
    async (idNumber) => {
      const { readIdNumber } = await identifiers();
      if (idNumber !== values.id_number && idNumber !== "") return;
      derived.value = readIdNumber(idNumber);
      if (derived.value) Object.assign(values, derived.value);
    },
  );

  async function openConflict(): Promise<void> {
    if (id === null || stored.value === null) return;
    const [{ compare }, theirs] = await Promise.all([
      import("../conflict"),
      client.fetchQuery({ ...customerQuery(id), staleTime: 0 }),
    ]);
    conflict.value = await compare(client, stored.value, { ...values }, theirs);
  }

  function choose(field: CustomerField, side: "mine" | "theirs"): void {
    if (conflict.value) conflict.value.choices[field] = side;
  }

  function dropConflict(): void {
    conflict.value = null;
  }

  /** Puts the chosen values together on top of the other person's version and saves that. */
  async function resolveConflict(): Promise<void> {
    if (!conflict.value) return;
    const { theirs, differences: differing, choices } = conflict.value;
    for (const difference of differing) {
      if (choices[difference.field] === "theirs") Object.assign(values, { [difference.field]: difference.theirs });
    }
    adopt(theirs);
    conflict.value = null;
    await form.submit();
  }

  function set<Field extends CustomerField>(field: Field, value: CustomerValues[Field] | CustomerValues[CustomerField]): void {
    Object.assign(values, { [field]: value });
  }

  /** Sex and date of birth come from the ID number, be it typed now or stored. */
  function isDerived(field: CustomerField): boolean {
    if (field !== "sex" && field !== "birth_date") return false;
    const storedNumber = stored.value?.id_number && !cleared.has("id_number") && values.id_number === "";
    return derived.value !== null || Boolean(storedNumber);
  }

  /** What the last submit found and still stands, in the order of the form. */
  const faults = computed(() =>
    [...fields.value.first, ...fields.value.more.flatMap((section) => section.fields)]
      .filter(({ name }) => name in form.submitErrors.value && name in form.errors.value)
      .map(({ name }) => ({ field: name, label: labelOf(name, values.kind) })),
  );
  watch(form.submitErrors, (found) => {
    unfolded.value ||= fields.value.more.some((section) => section.fields.some(({ name }) => name in found));
  });
  watch(form.errors, (found) => {
    if (duplicate.value && !(duplicate.value.field in found)) duplicate.value = null;
  });

  /** The page's way to a field: unfolds it first. */
  async function goTo(field: CustomerField): Promise<void> {
    unfolded.value ||= !fields.value.first.some(({ name }) => name === field);
    await nextTick();
    const place = document.querySelector(`[data-field="${field}"]`);
    place?.querySelector<HTMLElement>("input, textarea, select, button")?.focus();
  }

  /** Sex and date of birth as the ID number tells them, to be seen while their fields are folded. */
  const told = computed(() =>
    derived.value
      ? t("customers.form.derived_facts", { sex: t(`customers.sex.${derived.value.sex}`), day: derived.value.birth_date })
      : "",
  );

  function clearSecret(field: SecretField): void {
    values[field] = "";
    cleared.add(field);
  }

  if (id === null) takeUpDraft();
  else void load();

  return {
    ...form,
    dirty,
    stored,
    fields,
    unfolded,
    duplicate,
    faults,
    goTo,
    told,
    isDerived,
    ready,
    loadError,
    conflict,
    cleared,
    load,
    set,
    choose,
    dropConflict,
    resolveConflict,
    clearSecret,
  };
}
