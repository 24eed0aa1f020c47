import { useI18n } from "vue-i18n";

import type { CustomerField, CustomerKind } from "../model";

/** What a customer's field is called; a name and who answers for a business are called by the kind. */
export function useFieldLabel() {
  const { t } = useI18n();
  return (field: CustomerField, kind: CustomerKind): string => {
    if (field === "name") return t(`customers.fields.name.${kind}`);
    return field === "legal_representative" && kind === "sole_proprietor" ? t("customers.fields.owner") : t(`customers.fields.${field}`);
  };
}
