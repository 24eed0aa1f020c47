import type { Notifier } from "@/shared/notify";

import { askConfirmation } from "./confirmation";

export const mobileNotifier: Notifier = {
  show: (tone, message) => {
    const lasting = tone === "error" || tone === "warning";
    // Fetched when first needed: no page needs it to appear.
    void import("./feedback").then(({ showToast }) =>
      showToast({ message, position: lasting ? "middle" : "bottom", duration: lasting ? 4000 : 2000 }),
    );
  },
  confirm: askConfirmation,
};
