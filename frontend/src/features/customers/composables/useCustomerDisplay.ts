import { useI18n } from "vue-i18n";

import { useDictionary } from "@/features/dictionary/api";
import { useFormat } from "@/shared/composables/useFormat";
import { formatMoney } from "@/shared/utils/format";

import type { Customer, CustomerField, CustomerValues } from "../model";
import { useFieldLabel } from "./useFieldLabel";

/** How the fields of a customer read: their names, and their values as sentences rather than codes. */
export function useCustomerDisplay() {
  const { t } = useI18n();
  const format = useFormat();
  const label = useFieldLabel();
  const words = {
    level: useDictionary("customer_level"),
    satisfaction: useDictionary("satisfaction"),
    credit_rating: useDictionary("credit_rating"),
  };

  function value(field: CustomerField, content: CustomerValues[CustomerField] | undefined): string {
    if (content === null || content === undefined || content === "") return "";
    switch (field) {
      case "kind":
        return t(`customers.kinds.${content}`);
      case "sex":
        return t(`customers.sex.${content}`);
      case "marital_status":
        return t(`customers.marital_status.${content}`);
      case "level":
      case "satisfaction":
      case "credit_rating":
        return words[field].label(content);
      case "birth_date":
        return format.date(String(content));
      case "registered_capital":
      case "annual_turnover":
        return formatMoney(String(content));
      default:
        return String(content);
    }
  }

  /** A stored customer's field as text; "" when nothing is stored. */
  function stored(customer: Customer, field: CustomerField): string {
    if (field === "manager_id") return customer.manager?.display_name ?? "";
    return value(field, customer[field]);
  }

  return { label, value, stored, ...format };
}
