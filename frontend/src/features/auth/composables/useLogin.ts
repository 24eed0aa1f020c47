import { computed, reactive, ref } from "vue";
import { useI18n } from "vue-i18n";
import { useRoute, useRouter } from "vue-router";

import { describeError } from "@/shared/errors";
import { isApiError } from "@/api/problem";
import type { Ui } from "@/shared/manifest";
import { useSessionStore } from "@/shared/stores/session";

/** The page to return to after signing in: a path of this site only, in the interface signed in to. */
export function safeRedirect(value: unknown, ui: Ui): string {
  const path = typeof value === "string" ? value : "";
  return new RegExp(`^/${ui}(/|\\?|$)`).test(path) ? path : `/${ui}`;
}

/** Sign-in for both interfaces. */
export function useLogin(ui: Ui) {
  const { t } = useI18n();
  const route = useRoute();
  const router = useRouter();
  const session = useSessionStore();

  const values = reactive({ username: "", password: "", remember_me: false });
  const pending = ref(false);
  const failure = ref("");
  const notice = computed(() => (session.endReason ? t(`errors.${session.endReason}`) : ""));

  async function submit(): Promise<void> {
    if (pending.value) return;
    if (!values.username.trim() || !values.password) {
      failure.value = t("auth.login.fill_both");
      return;
    }
    pending.value = true;
    failure.value = "";
    try {
      await session.signIn({ ...values, username: values.username.trim() });
      await router.replace(safeRedirect(route.query["redirect"], ui));
    } catch (error) {
      failure.value = describeError(error);
      if (isApiError(error, "auth.invalid_credentials")) values.password = "";
    } finally {
      pending.value = false;
    }
  }

  return { values, pending, failure, notice, submit };
}
