import { useQuery, useQueryClient } from "@tanstack/vue-query";
import { computed, watch } from "vue";
import { useI18n } from "vue-i18n";

import { describeError } from "@/shared/errors";
import { listParameters, useListState } from "@/shared/composables/useListState";
import { notify } from "@/shared/notify";
import { useLiveRefresh } from "@/shared/realtime/live";

import { rolesQuery, userKeys, userPageQuery, useSetUserActive, type UserListParameters } from "../api";
import { userList, type User } from "../model";

/** The accounts in numbered pages, and disabling and enabling them. */
export function useUserList() {
  const { t } = useI18n();
  const client = useQueryClient();
  const list = useListState(userList);
  const parameters = computed(() => {
    const { is_active, ...rest } = listParameters(list.state.value);
    const { sort, page, limit } = list.state.value;
    const active = is_active === undefined ? {} : { is_active: is_active === "true" };
    return { ...rest, ...active, sort: [sort], page, limit } as UserListParameters;
  });
  const query = useQuery(userPageQuery(parameters));
  const { data: roles } = useQuery(rolesQuery());
  const activation = useSetUserActive();

  watch(query.data, (page) => {
    if (page && !query.isPlaceholderData.value && page.items.length === 0) list.clampTo(page.total);
  });
  useLiveRefresh("user.updated", () => [userKeys.lists]);

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
    list,
    roles: computed(() => roles.value ?? []),
    rows: computed(() => query.data.value?.items ?? []),
    total: computed(() => query.data.value?.total ?? 0),
    ready: computed(() => query.data.value !== undefined),
    busy: query.isPlaceholderData,
    error: query.error,
    refetch: query.refetch,
    setActive,
    refresh: () => client.invalidateQueries({ queryKey: userKeys.lists }),
  };
}
