import { computed, ref, shallowRef } from "vue";
import { useI18n } from "vue-i18n";

import { useForm } from "@/shared/composables/useForm";
import { notify } from "@/shared/notify";
import { firstIssues } from "@/shared/utils/zod";

import { fetchUser, postUser, putUser, resetPassword } from "../api";
import { blankUser, toUserValues, type User } from "../model";
import type { UserValues } from "../schema";

type Mode = "create" | "edit" | "password";

function profileOf({ display_name, phone, email, roles }: UserValues) {
  return { display_name: display_name.trim(), phone: phone.trim() || null, email: email.trim() || null, roles };
}

/** The dialog for one account: new, changed, or given a new password. `saved` runs after each success. */
export function useUserForm(saved: () => void) {
  const { t } = useI18n();
  const mode = ref<Mode | null>(null);
  const subject = shallowRef<User | null>(null);

  const form = useForm({
    blank: blankUser,
    check: async (values) => {
      const { userSchemas } = await import("../schema");
      return mode.value === null ? {} : firstIssues(userSchemas[mode.value].safeParse(values), t);
    },
    send: async (values, keyOf) => {
      if (subject.value === null) {
        const body = { ...profileOf(values), username: values.username.trim(), password: values.password };
        await postUser(body, keyOf(body));
      } else if (mode.value === "edit") {
        await putUser(subject.value, profileOf(values));
      } else {
        await resetPassword(subject.value.id, values.new_password);
      }
    },
    onDone: () => {
      notify.success(t(`users.form.done.${mode.value}`));
      close();
      saved();
    },
    onStale: async () => {
      if (subject.value === null) return;
      subject.value = await fetchUser(subject.value.id);
      form.rebase(toUserValues(subject.value), (field) => t(`users.fields.${field}`));
    },
    fieldOf: { "user.duplicate_username": "username" },
  });

  const title = computed(() => {
    return mode.value ? t(`users.form.title.${mode.value}`, { name: subject.value?.display_name ?? "" }) : "";
  });

  function open(next: Mode, user: User | null = null): void {
    form.reset(user ? toUserValues(user) : blankUser());
    subject.value = user;
    mode.value = next;
  }

  function close(): void {
    mode.value = null;
  }

  return { ...form, mode, title, open, close };
}
