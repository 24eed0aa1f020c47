import { translate } from "@/shared/i18n";
import type { Notifier } from "@/shared/notify";

/** Messages and dialogs are fetched when first needed: no page needs them to appear. */
const feedback = () => import("./feedback");

export const pcNotifier: Notifier = {
  show: (tone, message) => {
    const duration = tone === "error" ? 6000 : 3000;
    void feedback().then(({ ElMessage }) => ElMessage({ type: tone, message, grouping: true, showClose: true, duration }));
  },
  confirm: async ({ title, message, confirmLabel, cancelLabel, danger }) => {
    const { ElMessageBox } = await feedback();
    return ElMessageBox.confirm(message, title, {
      type: danger ? "warning" : "info",
      confirmButtonText: confirmLabel,
      cancelButtonText: cancelLabel ?? translate("common.cancel"),
      ...(danger ? { confirmButtonClass: "el-button--danger" } : {}),
      autofocus: !danger,
    }).then(
      () => true,
      () => false,
    );
  },
};
