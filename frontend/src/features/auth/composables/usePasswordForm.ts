import { useI18n } from "vue-i18n";

import { useForm } from "@/shared/composables/useForm";
import { notify } from "@/shared/notify";
import { firstIssues } from "@/shared/utils/zod";

import { changePassword } from "../api";
import { passwordSchema } from "../model";

/** Changing one's own password; the server ends the person's other sessions. */
export function usePasswordForm() {
  const { t } = useI18n();
  const form = useForm({
    blank: () => ({ current_password: "", new_password: "", repeated: "" }),
    check: (values) => firstIssues(passwordSchema.safeParse(values), t),
    send: ({ current_password, new_password }) => changePassword({ current_password, new_password }),
    onDone: () => {
      form.reset();
      notify.success(t("auth.password.saved"));
    },
  });
  return form;
}
