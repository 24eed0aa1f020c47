import { useI18n } from "vue-i18n";

import type { CustomerField, CustomerKind } from "../model";

/** What a customer's field is called; a company's name is called otherwise than a person's. */
export function useFieldLabel() {
  const { t } = useI18n();
  return (field: CustomerField, kind: CustomerKind): string =>
    field === "name" ? t(`customers.fields.name.${kind}`) : t(`customers.fields.${field}`);
}
