import { computed, reactive, ref, shallowRef, toRaw, watch } from "vue";

import { isApiError, type ApiError } from "@/api/problem";

import { describeError, fieldErrors } from "../errors";
import { currentLocale, translate } from "../i18n";
import { formatList } from "../utils/format";
import { randomUuid } from "../utils/uuid";

/** Field → what is wrong with it; under "" stands what concerns the form as a whole. */
export type Sentences = Record<string, string>;

export interface FormOptions<Values extends object, Answer> {
  /** What the form holds before anybody types. */
  blank: () => Values;
  /** What is wrong with what was typed; nothing is sent while there is something. */
  check: (values: Values) => Sentences | Promise<Sentences>;
  /** `keyOf` gives a body's idempotency key: the same until the body changes or the form begins anew. */
  send: (values: Values, keyOf: (body: unknown) => string) => Promise<Answer>;
  onDone: (answer: Answer) => unknown;
  /** Somebody else has saved the thing since it was read. */
  onStale?: () => unknown;
  /** Deals with a refusal in a way of its own and says so by true. */
  onRefused?: (error: ApiError) => boolean | Promise<boolean>;
  /** Error code → the field it is about, for answers that name none. */
  fieldOf?: Record<string, keyof Values & string>;
}

const copy = <Values>(values: Values): Values => JSON.parse(JSON.stringify(values)) as Values;
const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

/** Sentences by the form's own fields: "roles.0" is about `roles`; the first of a field wins. */
function byField(sentences: Sentences): Sentences {
  const fields: Sentences = {};
  for (const [path, sentence] of Object.entries(sentences)) fields[path.split(".")[0] ?? ""] ??= sentence;
  return fields;
}

/**
 * The way of a form from typing to the answer, the same for every form of both interfaces.
 *
 * What concerns a field is said at that field, everything else in the banner (`failure`), whether this page or the
 * server has found it. A field is checked once it has been left (`touch`) or sent, and from then on while it changes;
 * what the server refused stays said until that field changes. No failure takes away what was typed.
 */
export function useForm<Values extends object, Answer>(options: FormOptions<Values, Answer>) {
  type Field = keyof Values & string;

  const values = reactive(options.blank()) as Values;
  /** What is stored, to tell what was typed from it. */
  const base = shallowRef<Values>(options.blank());
  const errors = ref<Sentences>({});
  /** The errors of the last submit, to lead the focus to; not those found while typing. */
  const submitErrors = shallowRef<Sentences>({});
  const failure = ref("");
  const pending = ref(false);
  const dirty = computed(() => !same(values, base.value));
  const touched = new Set<string>();
  let refused: Record<string, { value: unknown; sentence: string }> = {};
  let attempt = { body: "", key: "" };

  const valueOf = (field: string): unknown => copy({ value: values[field as Field] }).value;

  /** Begins anew with these values. */
  function reset(next: Values = options.blank()): void {
    Object.assign(values, copy(next));
    base.value = copy(next);
    errors.value = {};
    submitErrors.value = {};
    failure.value = "";
    touched.clear();
    refused = {};
    attempt = { body: "", key: "" };
  }

  /**
   * Goes on from what somebody else has saved: fields nobody has typed in here take it over, the others keep what
   * was typed, and the banner names those that both have changed.
   */
  function rebase(newest: Values, labelOf: (field: Field) => string): void {
    const contested = (Object.keys(newest) as Field[]).filter((field) => {
      const typed = !same(values[field], base.value[field]);
      if (!typed) Object.assign(values, copy({ [field]: newest[field] }));
      return typed && !same(newest[field], base.value[field]) && !same(newest[field], values[field]);
    });
    base.value = copy(newest);
    failure.value = contested.length
      ? translate("form.stale_contested", { fields: formatList(contested.map(labelOf), currentLocale()) })
      : translate("form.stale");
  }

  function keyOf(body: unknown): string {
    const text = JSON.stringify(body);
    if (text !== attempt.body) attempt = { body: text, key: randomUuid() };
    return attempt.key;
  }

  function say(sentences: Sentences, general: string): void {
    const named = Object.entries(byField(sentences));
    const atFields = named.filter(([field]) => field in values);
    errors.value = Object.fromEntries(atFields);
    failure.value = atFields.length > 0 && atFields.length === named.length ? "" : general;
  }

  function refuse(error: unknown): void {
    const field = isApiError(error) ? options.fieldOf?.[error.code] : undefined;
    say(field ? { [field]: describeError(error) } : fieldErrors(error), describeError(error));
    refused = Object.fromEntries(
      Object.entries(errors.value).map(([name, sentence]) => [name, { value: valueOf(name), sentence }]),
    );
  }

  async function explain(error: unknown): Promise<void> {
    try {
      if (options.onStale && isApiError(error, "request.stale")) await options.onStale();
      else if (!(isApiError(error) && (await options.onRefused?.(error)))) refuse(error);
    } catch (further) {
      refuse(further);
    }
  }

  async function submit(): Promise<void> {
    if (pending.value) return;
    pending.value = true;
    failure.value = "";
    for (const field of Object.keys(values)) touched.add(field);
    try {
      const issues = await options.check(values);
      say(issues, issues[""] ?? "");
      if (Object.keys(issues).length === 0) await options.onDone(await options.send(toRaw(values), keyOf));
    } catch (error) {
      await explain(error);
    } finally {
      submitErrors.value = { ...errors.value };
      pending.value = false;
    }
  }

  async function recheck(): Promise<void> {
    const issues = Object.entries(byField(await options.check(values))).filter(([field]) => touched.has(field));
    const standing = Object.entries(refused).filter(([field, { value }]) => same(valueOf(field), value));
    errors.value = {
      ...Object.fromEntries(standing.map(([field, { sentence }]) => [field, sentence])),
      ...Object.fromEntries(issues),
    };
  }

  function look(): void {
    // Rules that cannot be loaded are missed by the submit, which says so.
    if (touched.size > 0) recheck().catch(() => undefined);
  }

  function touch(field: Field): void {
    touched.add(field);
    look();
  }

  watch(values, look);

  return { values, base, dirty, errors, submitErrors, failure, pending, reset, rebase, touch, submit };
}
