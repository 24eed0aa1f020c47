import { useQuery, useQueryClient } from "@tanstack/vue-query";
import { computed } from "vue";
import { useI18n } from "vue-i18n";

import { describeError } from "@/shared/errors";
import { usePagedList } from "@/shared/composables/usePagedList";
import { notify } from "@/shared/notify";

import { rolesQuery, userKeys, userSource, useSetUserActive } from "../api";
import { userList, type User } from "../model";

/** The accounts in numbered pages, and disabling and enabling them. */
export function useUserList() {
  const { t } = useI18n();
  const client = useQueryClient();
  const pages = usePagedList(userList, userSource);
  const { data: roles } = useQuery(rolesQuery());
  const activation = useSetUserActive();

  /** Asks before disabling: the person is signed out at once. */
  async function setActive(user: User, active: boolean): Promise<void> {
    const sure =
      active ||
      (await notify.confirm({
        title: t("users.disable.title"),
        message: t("users.disable.message", { name: user.display_name }),
        confirmLabel: t("users.disable.action"),
        danger: true,
      }));
    if (!sure) return;
    try {
      await activation.mutateAsync({ id: user.id, active });
      notify.success(t(active ? "users.enable.done" : "users.disable.done"));
    } catch (error) {
      notify.error(describeError(error));
    }
  }

  return {
    ...pages,
    roles: computed(() => roles.value ?? []),
    setActive,
    refresh: () => client.invalidateQueries({ queryKey: userKeys.lists }),
  };
}
