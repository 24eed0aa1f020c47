import { useI18n } from "vue-i18n";

import { useForm } from "@/shared/composables/useForm";
import { useUnsavedGuard } from "@/shared/composables/useUnsavedGuard";
import { notify } from "@/shared/notify";
import { useSessionStore } from "@/shared/stores/session";
import { firstIssues } from "@/shared/utils/zod";

import { updateProfile } from "../api";
import { profileSchema, type ProfileValues } from "../model";

/** One's own name, phone and e-mail. */
export function useProfileForm() {
  const { t } = useI18n();
  const session = useSessionStore();
  const form = useForm({
    blank: (): ProfileValues => ({
      display_name: session.user?.display_name ?? "",
      phone: session.user?.phone ?? "",
      email: session.user?.email ?? "",
    }),
    check: (values) => firstIssues(profileSchema.safeParse(values), t),
    send: ({ display_name, phone, email }) =>
      updateProfile({ display_name: display_name.trim(), phone: phone.trim() || null, email: email || null }),
    onDone: (user) => {
      session.user = user;
      form.reset();
      notify.success(t("auth.profile.saved"));
    },
  });
  useUnsavedGuard(form.dirty);
  return form;
}
