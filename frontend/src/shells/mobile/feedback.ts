export { showToast } from "vant";

import "vant/es/toast/style/index";
