export { Collection as default } from "@element-plus/icons-vue";
