export { Document as default } from "@element-plus/icons-vue";
