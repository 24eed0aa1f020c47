export { showConfirmDialog, showToast } from "vant";

import "vant/es/dialog/style/index";
import "vant/es/toast/style/index";
