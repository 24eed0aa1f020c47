import { showConfirmDialog, showToast } from "vant";

import "vant/es/dialog/style/index";
import "vant/es/toast/style/index";
import { translate } from "@/shared/i18n";
import type { Notifier } from "@/shared/notify";

export const mobileNotifier: Notifier = {
  show: (tone, message) => {
    showToast({ message, position: tone === "error" ? "middle" : "bottom", duration: tone === "error" ? 4000 : 2000 });
  },
  confirm: ({ title, message, confirmLabel, cancelLabel, danger }) =>
    showConfirmDialog({
      title,
      message,
      confirmButtonText: confirmLabel,
      cancelButtonText: cancelLabel ?? translate("common.cancel"),
      ...(danger ? { confirmButtonColor: "var(--app-danger)" } : {}),
    }).then(
      () => true,
      () => false,
    ),
};
