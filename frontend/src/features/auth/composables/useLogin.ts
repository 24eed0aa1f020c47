import { computed } from "vue";
import { useI18n } from "vue-i18n";
import { useRoute, useRouter } from "vue-router";

import { useForm, type Sentences } from "@/shared/composables/useForm";
import { useSessionStore } from "@/shared/stores/session";
import { uiOf, uis, type Ui } from "@/shared/ui";

/** The page to return to after signing in: a path of this site only, in the interface signed in to. */
export function safeRedirect(value: unknown, ui: Ui): string {
  const path = typeof value === "string" ? value : "";
  return uiOf(path.replace(/[?#].*$/, "")) === ui ? path : uis[ui].prefix;
}

/** Sign-in for both interfaces. */
export function useLogin(ui: Ui) {
  const { t } = useI18n();
  const route = useRoute();
  const router = useRouter();
  const session = useSessionStore();

  const form = useForm({
    blank: () => ({ username: "", password: "", remember_me: false }),
    check: ({ username, password }): Sentences =>
      username.trim() && password ? {} : { "": t("auth.login.fill_both") },
    send: (values) => session.signIn({ ...values, username: values.username.trim() }),
    onDone: () => router.replace(safeRedirect(route.query["redirect"], ui)),
    onRefused: ({ code }) => {
      // Nobody corrects a password that is not shown: they type it anew.
      if (code === "auth.invalid_credentials") form.values.password = "";
      return false;
    },
  });
  /** The sign-in pages have one place for whatever is wrong. */
  const failure = computed(() => form.failure.value || (Object.values(form.errors.value)[0] ?? ""));
  const notice = computed(() => (session.endReason ? t(`errors.${session.endReason}`) : ""));

  return { ...form, failure, notice };
}
