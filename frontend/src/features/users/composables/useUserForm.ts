import { computed, reactive, ref, shallowRef } from "vue";
import { useI18n } from "vue-i18n";

import { describeError, fieldErrors } from "@/shared/errors";
import { isApiError } from "@/api/problem";
import { notify } from "@/shared/notify";
import { randomUuid } from "@/shared/utils/uuid";
import { firstIssues } from "@/shared/utils/zod";

import { postUser, putUser, resetPassword } from "../api";
import { blankUser, toUserValues, type User } from "../model";
import type { UserValues } from "../schema";

/** The dialog for one account: new, changed, or given a new password. `saved` runs after each success. */
export function useUserForm(saved: () => void) {
  const { t } = useI18n();
  const mode = ref<"create" | "edit" | "password" | null>(null);
  const subject = shallowRef<User | null>(null);
  const values = reactive<UserValues>({ ...blankUser });
  const newPassword = ref("");
  const errors = ref<Record<string, string>>({});
  const failure = ref("");
  const pending = ref(false);
  let key = randomUuid();

  function open(next: "create" | "edit" | "password", user: User | null = null): void {
    Object.assign(values, user ? toUserValues(user) : { ...blankUser, roles: [] });
    newPassword.value = "";
    errors.value = {};
    failure.value = "";
    key = randomUuid();
    subject.value = user;
    mode.value = next;
  }

  async function check(): Promise<boolean> {
    const { newUserSchema, passwordResetSchema, userSchema } = await import("../schema");
    if (mode.value === "password") {
      errors.value = firstIssues(passwordResetSchema.safeParse({ new_password: newPassword.value }), t);
    } else {
      errors.value = firstIssues((mode.value === "create" ? newUserSchema : userSchema).safeParse(values), t);
    }
    return Object.keys(errors.value).length === 0;
  }

  async function send(): Promise<void> {
    const profile = {
      display_name: values.display_name.trim(),
      phone: values.phone.trim() || null,
      email: values.email.trim() || null,
      roles: values.roles,
    };
    if (mode.value === "create") {
      await postUser({ ...profile, username: values.username.trim(), password: values.password }, key);
    } else if (subject.value && mode.value === "edit") {
      await putUser(subject.value, profile);
    } else if (subject.value) {
      await resetPassword(subject.value.id, newPassword.value);
    }
  }

  async function submit(): Promise<void> {
    failure.value = "";
    if (pending.value || mode.value === null || !(await check())) return;
    pending.value = true;
    try {
      await send();
      notify.success(t(`users.form.done.${mode.value}`));
      mode.value = null;
      saved();
    } catch (error) {
      // Only an answer proves that nothing was created; after a cut line the repeat must be recognised.
      if (isApiError(error) && error.kind === "problem") key = randomUuid();
      errors.value = isApiError(error, "user.duplicate_username")
        ? { username: describeError(error) }
        : fieldErrors(error);
      if (Object.keys(errors.value).length === 0) failure.value = describeError(error);
    } finally {
      pending.value = false;
    }
  }

  const title = computed(() => (mode.value ? t(`users.form.title.${mode.value}`, { name: values.display_name }) : ""));

  function close(): void {
    mode.value = null;
  }

  return { mode, title, values, newPassword, errors, failure, pending, open, close, submit };
}
