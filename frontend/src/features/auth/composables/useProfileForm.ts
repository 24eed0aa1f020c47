import { computed, reactive, ref } from "vue";
import { useI18n } from "vue-i18n";

import { describeError, fieldErrors } from "@/shared/errors";
import { useUnsavedGuard } from "@/shared/composables/useUnsavedGuard";
import { notify } from "@/shared/notify";
import { useSessionStore } from "@/shared/stores/session";

import { updateProfile } from "../api";
import { profileSchema, type ProfileValues } from "../model";
import { firstIssues } from "@/shared/utils/zod";

/** One's own name, phone and e-mail. */
export function useProfileForm() {
  const { t } = useI18n();
  const session = useSessionStore();
  const stored = (): ProfileValues => ({
    display_name: session.user?.display_name ?? "",
    phone: session.user?.phone ?? "",
    email: session.user?.email ?? "",
  });

  const values = reactive(stored());
  const errors = ref<Record<string, string>>({});
  const failure = ref("");
  const pending = ref(false);
  const dirty = computed(() => JSON.stringify(values) !== JSON.stringify(stored()));
  useUnsavedGuard(dirty);

  async function submit(): Promise<void> {
    const parsed = profileSchema.safeParse(values);
    errors.value = firstIssues(parsed, t);
    failure.value = "";
    if (!parsed.success || pending.value) return;
    pending.value = true;
    try {
      session.user = await updateProfile({
        display_name: parsed.data.display_name,
        phone: parsed.data.phone || null,
        email: parsed.data.email || null,
      });
      Object.assign(values, stored());
      notify.success(t("auth.profile.saved"));
    } catch (error) {
      errors.value = fieldErrors(error);
      failure.value = describeError(error);
    } finally {
      pending.value = false;
    }
  }

  return { values, errors, failure, pending, dirty, submit };
}
