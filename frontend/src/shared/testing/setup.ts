import { beforeEach } from "vitest";

import { i18n } from "../i18n";

/** Tests see message keys: what they check is which sentence is chosen, not its wording. */
beforeEach(() => {
  localStorage.clear();
  sessionStorage.clear();
  i18n.global.missingWarn = false;
  i18n.global.fallbackWarn = false;
});
