import { ElMessage, ElMessageBox } from "element-plus";

import "element-plus/es/components/message/style/css";
import "element-plus/es/components/message-box/style/css";
import { translate } from "@/shared/i18n";
import type { Notifier } from "@/shared/notify";

export const pcNotifier: Notifier = {
  show: (tone, message) => {
    ElMessage({ type: tone, message, grouping: true, showClose: true, duration: tone === "error" ? 6000 : 3000 });
  },
  confirm: ({ title, message, confirmLabel, cancelLabel, danger }) =>
    ElMessageBox.confirm(message, title, {
      type: danger ? "warning" : "info",
      confirmButtonText: confirmLabel,
      cancelButtonText: cancelLabel ?? translate("common.cancel"),
      ...(danger ? { confirmButtonClass: "el-button--danger" } : {}),
      autofocus: !danger,
    }).then(
      () => true,
      () => false,
    ),
};
