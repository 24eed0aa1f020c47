export { UserFilled as default } from "@element-plus/icons-vue";
