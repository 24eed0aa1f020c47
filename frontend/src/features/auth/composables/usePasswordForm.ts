import { reactive, ref } from "vue";
import { useI18n } from "vue-i18n";

import { describeError, fieldErrors } from "@/shared/errors";
import { notify } from "@/shared/notify";
import { firstIssues } from "@/shared/utils/zod";

import { changePassword } from "../api";
import { passwordSchema } from "../model";

const blank = { current_password: "", new_password: "", repeated: "" };

/** Changing one's own password; the server ends the person's other sessions. */
export function usePasswordForm() {
  const { t } = useI18n();
  const values = reactive({ ...blank });
  const errors = ref<Record<string, string>>({});
  const failure = ref("");
  const pending = ref(false);

  async function submit(): Promise<void> {
    const parsed = passwordSchema.safeParse(values);
    errors.value = firstIssues(parsed, t);
    failure.value = "";
    if (!parsed.success || pending.value) return;
    pending.value = true;
    try {
      await changePassword({ current_password: values.current_password, new_password: values.new_password });
      Object.assign(values, blank);
      notify.success(t("auth.password.saved"));
    } catch (error) {
      errors.value = fieldErrors(error);
      failure.value = describeError(error);
    } finally {
      pending.value = false;
    }
  }

  return { values, errors, failure, pending, submit };
}
