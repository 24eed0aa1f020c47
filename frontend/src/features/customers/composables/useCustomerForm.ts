import { useQueryClient } from "@tanstack/vue-query";
import { computed, reactive, ref, shallowRef, watch } from "vue";
import { useI18n } from "vue-i18n";
import { useRouter } from "vue-router";

import { describeError, fieldErrors } from "@/shared/errors";
import { isApiError } from "@/api/problem";
import { useUnsavedGuard } from "@/shared/composables/useUnsavedGuard";
import type { Ui } from "@/shared/manifest";
import { notify } from "@/shared/notify";
import { draftKeyOf, useSessionStore } from "@/shared/stores/session";
import { debounce } from "@/shared/utils/debounce";
import { randomUuid } from "@/shared/utils/uuid";
import { firstIssues } from "@/shared/utils/zod";

import { customerQuery, postCustomer, putCustomer, storeCustomer } from "../api";
import type { Conflict } from "../conflict";
import { fieldSections } from "../fields";
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

/** The rules come after the form: nobody has typed anything yet when the page appears. */
const rules = () => import("../schema");
const identifiers = () => import("../identifiers");

const DRAFT_DELAY_MS = 400;

/**
 * Creating a customer (`id` null) or editing one, for both interfaces.
 *
 * `keepDraft` (phones) rests what was typed in sessionStorage, without secrets: the camera or a
 * call may throw the page out of memory. It is the person's who typed it: nobody else finds it in the tab.
 */
export function useCustomerForm(id: string | null, { ui, keepDraft = false }: { ui: Ui; keepDraft?: boolean }) {
  const { t } = useI18n();
  const router = useRouter();
  const client = useQueryClient();
  const session = useSessionStore();
  const draftKey = draftKeyOf(session.user?.id ?? "", `customer.${id ?? "new"}`);

  const values = reactive<CustomerValues>({ ...blankCustomer });
  const base = shallowRef<CustomerValues>({ ...blankCustomer });
  const stored = shallowRef<Customer | null>(null);
  const ready = ref(id === null);
  const loadError = shallowRef<unknown>(null);
  const errors = ref<Record<string, string>>({});
  /** The errors of the last submit, to lead the focus to; not those found while typing. */
  const submitErrors = ref<Record<string, string>>({});
  const failure = ref("");
  const pending = ref(false);
  const conflict = ref<Conflict | null>(null);
  const cleared = reactive(new Set<SecretField>());
  const touched = new Set<CustomerField>();
  let refused: Record<string, { value: unknown; sentence: string }> = {};
  let saved = false;
  let attempt = { body: "", key: randomUuid() };

  const dirty = computed(() => cleared.size > 0 || JSON.stringify(values) !== JSON.stringify(base.value));
  const sections = computed(() => fieldSections(values.kind));
  /** What the ID number says; while it is valid, sex and date of birth are not typed by hand. */
  const derived = shallowRef<{ sex: "male" | "female"; birth_date: string } | null>(null);

  useUnsavedGuard(() => dirty.value && !saved);

  function adopt(customer: Customer): void {
    stored.value = customer;
    base.value = toValues(customer);
  }

  async function load(): Promise<void> {
    if (id === null) return;
    loadError.value = null;
    try {
      adopt(await client.fetchQuery({ ...customerQuery(id), staleTime: 0 }));
      Object.assign(values, base.value);
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
    notify.info(t("customers.form.draft_restored"));
  }

  if (keepDraft) {
    const keep = debounce(() => {
      if (dirty.value && !saved && session.isSignedIn) sessionStorage.setItem(draftKey, JSON.stringify(withoutSecrets(values)));
    }, DRAFT_DELAY_MS);
    watch(values, () => keep());
  }

  watch(
    () => (values.kind === "person" ? values.id_number : ""),
    async (idNumber) => {
      const { readIdNumber } = await identifiers();
      if (idNumber !== values.id_number && idNumber !== "") return;
      derived.value = readIdNumber(idNumber);
      if (derived.value) Object.assign(values, derived.value);
    },
  );

  /** Validates a field that has been left; from then on it is validated while it changes. */
  function touch(field: CustomerField): void {
    touched.add(field);
    void check();
  }

  async function check(): Promise<void> {
    const issues = await issuesNow();
    const shown = Object.entries(issues).filter(([field]) => touched.has(field as CustomerField));
    errors.value = { ...standingRefusals(), ...Object.fromEntries(shown) };
  }

  /** What the server has refused stays said until that field is changed. */
  function standingRefusals(): Record<string, string> {
    const standing = Object.entries(refused).filter(([field, { value }]) => values[field as CustomerField] === value);
    return Object.fromEntries(standing.map(([field, { sentence }]) => [field, sentence]));
  }

  function refuse(sentences: Record<string, string>): void {
    const entries = Object.entries(sentences);
    refused = Object.fromEntries(
      entries.map(([field, sentence]) => [field, { value: values[field as CustomerField], sentence }]),
    );
    errors.value = sentences;
  }

  watch(values, () => {
    if (touched.size > 0) void check();
  });

  async function issuesNow(): Promise<Record<string, string>> {
    const { customerSchema } = await rules();
    const issues = Object.entries(firstIssues(customerSchema.safeParse(values), t));
    const foreign = new Set<string>(foreignFields(values.kind));
    return Object.fromEntries(issues.filter(([field]) => !foreign.has(field)));
  }

  async function submit(): Promise<void> {
    if (pending.value) return;
    failure.value = "";
    for (const field of Object.keys(values)) touched.add(field as CustomerField);
    pending.value = true;
    errors.value = await issuesNow().finally(() => {
      pending.value = false;
    });
    submitErrors.value = { ...errors.value };
    if (Object.keys(errors.value).length > 0) return;
    pending.value = true;
    try {
      const customer = await send();
      saved = true;
      sessionStorage.removeItem(draftKey);
      notify.success(t(id === null ? "customers.form.created" : "customers.form.saved"));
      void storeCustomer(client, customer);
      await router.replace({ name: `${ui}.customers.detail`, params: { customerId: customer.id } });
    } catch (error) {
      await explain(error);
      submitErrors.value = { ...errors.value };
    } finally {
      pending.value = false;
    }
  }

  function send(): Promise<Customer> {
    if (id !== null && stored.value) return putCustomer(id, toUpdateBody(values, cleared), stored.value.version);
    const body = toCreateBody(values);
    const text = JSON.stringify(body);
    // The key belongs to this very content: a repeat is one effect, a corrected form is a new request.
    if (text !== attempt.body) attempt = { body: text, key: randomUuid() };
    return postCustomer(body, attempt.key);
  }

  async function explain(error: unknown): Promise<void> {
    if (isApiError(error, "request.stale")) return openConflict();
    refuse(duplicateOf(error) ?? fieldErrors(error));
    failure.value = Object.keys(errors.value).length > 0 ? "" : describeError(error);
  }

  function duplicateOf(error: unknown): Record<string, string> | null {
    if (!isApiError(error)) return null;
    const field = {
      "customer.duplicate_id_number": "id_number",
      "customer.duplicate_credit_code": "unified_social_credit_code",
    }[error.code];
    return field ? { [field]: describeError(error) } : null;
  }

  async function openConflict(): Promise<void> {
    if (id === null || stored.value === null) return;
    try {
      const [{ compare }, theirs] = await Promise.all([
        import("../conflict"),
        client.fetchQuery({ ...customerQuery(id), staleTime: 0 }),
      ]);
      conflict.value = await compare(client, stored.value, { ...values }, theirs);
    } catch (error) {
      failure.value = describeError(error);
    }
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
    await submit();
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

  function clearSecret(field: SecretField): void {
    values[field] = "";
    cleared.add(field);
  }

  function discardDraft(): void {
    sessionStorage.removeItem(draftKey);
  }

  if (id === null) takeUpDraft();
  else void load();

  return {
    values,
    stored,
    sections,
    isDerived,
    errors,
    submitErrors,
    failure,
    pending,
    dirty,
    ready,
    loadError,
    conflict,
    cleared,
    load,
    touch,
    set,
    submit,
    choose,
    dropConflict,
    resolveConflict,
    clearSecret,
    discardDraft,
  };
}
