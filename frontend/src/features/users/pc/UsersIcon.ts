export { User as default } from "@element-plus/icons-vue";
