export { Files as default } from "@element-plus/icons-vue";
