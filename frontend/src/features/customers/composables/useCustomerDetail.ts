import { useQuery, useQueryClient } from "@tanstack/vue-query";
import { computed, ref, toValue, type MaybeRefOrGetter } from "vue";
import { useI18n } from "vue-i18n";

import type { CustomerAction } from "@/api/generated";
import { describeError } from "@/shared/errors";
import { notify } from "@/shared/notify";

import * as api from "../api";

/** One customer, kept live, and putting it away or back. */
export function useCustomerDetail(id: MaybeRefOrGetter<string>) {
  const { t } = useI18n();
  const query = useQuery(api.customerQuery(id));
  const client = useQueryClient();
  const busy = ref(false);

  async function attempt(work: () => Promise<unknown>, done: string): Promise<boolean> {
    if (busy.value) return false;
    busy.value = true;
    try {
      await work();
      notify.success(done);
      return true;
    } catch (error) {
      notify.error(describeError(error));
      return false;
    } finally {
      busy.value = false;
    }
  }

  /** Asks first; true when the customer has been archived. */
  async function archive(): Promise<boolean> {
    const sure = await notify.confirm({
      title: t("customers.archive.title"),
      message: t("customers.archive.message", { name: query.data.value?.name ?? "" }),
      confirmLabel: t("customers.archive.action"),
    });
    return sure && attempt(() => api.archive(client, toValue(id)), t("customers.archive.done"));
  }

  function restore(): Promise<boolean> {
    return attempt(() => api.restore(client, toValue(id)), t("customers.restore.done"));
  }

  return {
    customer: query.data,
    ready: computed(() => query.data.value !== undefined),
    error: query.error,
    refetch: query.refetch,
    can: (action: CustomerAction): boolean => query.data.value?.can.includes(action) ?? false,
    busy,
    archive,
    restore,
  };
}
