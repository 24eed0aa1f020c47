import { useI18n } from "vue-i18n";

import { useFormat } from "@/shared/composables/useFormat";

import type { Lack } from "../model";

/** Why a paper does not count, or soon will not, in the language of the page. */
export function useLackText() {
  const { t } = useI18n();
  const { date } = useFormat();
  return ({ code, group, needed, found, day }: Lack): string =>
    t(`documents.lack.${code}`, { group, needed, found, day: day ? date(day) : "" });
}
