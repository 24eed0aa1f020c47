import { computed, type ComputedRef } from "vue";
import { useI18n } from "vue-i18n";

import { formatMoney } from "@/shared/utils/format";

/** An amount in units of ten thousand (万), digit for digit: "50000000" is "5,000". */
export function inTenThousands(amount: string): string {
  const [whole = "0", cents = ""] = amount.split(".");
  const digits = whole.padStart(5, "0");
  const fraction = (digits.slice(-4) + cents).replace(/0+$/, "");
  const units = digits.slice(0, -4).replace(/^0+(?=\d)/, "").replace(/\B(?=(\d{3})+$)/g, ",");
  return fraction ? `${units}.${fraction}` : units;
}

/** An amount while it is typed, as people read it: "¥50,000,000 · 5,000 万元"; "" for anything else. */
export function useMoneyEcho(amount: () => string): ComputedRef<string> {
  const { t } = useI18n();
  return computed(() => {
    const typed = amount().trim().replace(/^0+(?=\d)/, "");
    if (!/^\d{1,16}(\.\d{1,2})?$/.test(typed)) return "";
    const whole = typed.split(".")[0] ?? "";
    const plain = formatMoney(typed);
    return whole.length > 4 ? t("customers.form.money_echo", { amount: plain, units: inTenThousands(typed) }) : plain;
  });
}
