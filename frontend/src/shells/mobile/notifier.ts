import type { Notifier } from "@/shared/notify";

import { askConfirmation } from "./confirmation";

export const mobileNotifier: Notifier = {
  show: (tone, message) => {
    const duration = tone === "error" || tone === "warning" ? 4000 : 2000;
    // Fetched when first needed: no page needs it to appear. It stands over the title, where there is nothing to tap.
    void import("./feedback").then(({ showToast }) => showToast({ message, position: "top", duration, className: "app-toast" }));
  },
  confirm: askConfirmation,
};
