export { ElMessage, ElMessageBox } from "element-plus";

import "element-plus/es/components/message/style/css";
import "element-plus/es/components/message-box/style/css";
