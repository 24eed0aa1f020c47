import { translate } from "@/shared/i18n";
import type { Notifier } from "@/shared/notify";

/** Dialog and toast are fetched when first needed: no page needs them to appear. */
const feedback = () => import("./feedback");

export const mobileNotifier: Notifier = {
  show: (tone, message) => {
    const lasting = tone === "error" || tone === "warning";
    void feedback().then(({ showToast }) =>
      showToast({ message, position: lasting ? "middle" : "bottom", duration: lasting ? 4000 : 2000 }),
    );
  },
  confirm: async ({ title, message, confirmLabel, cancelLabel, danger }) => {
    const { showConfirmDialog } = await feedback();
    return showConfirmDialog({
      title,
      message,
      confirmButtonText: confirmLabel,
      cancelButtonText: cancelLabel ?? translate("common.cancel"),
      ...(danger ? { confirmButtonColor: "var(--app-danger)" } : {}),
    }).then(
      () => true,
      () => false,
    );
  },
};
