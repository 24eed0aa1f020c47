import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { ESLint } from "eslint";

const root = fileURLToPath(new URL("..", import.meta.url));
const eslint = new ESLint({ cwd: root });

/** What the project's own configuration says about one line of code in a file of src/. @param {string} file @param {string} code */
async function verdict(file, code) {
  const text = file.endsWith(".vue") ? `<script setup lang="ts">\n${code}\n</script>` : code;
  const [result] = await eslint.lintText(text, { filePath: `${root}src/${file}` });
  return result?.messages.filter(({ ruleId }) => ruleId === "kehui/boundaries").map(({ message }) => message);
}

const refused = [
  ["features/documents/components/DocumentFacts.vue", 'import { ElTag } from "element-plus";'],
  ["features/documents/components/DocumentFacts.vue", 'import { Icon } from "vant";'],
  ["features/documents/components/DocumentFacts.vue", 'import Row from "../pc/DocumentRow.vue";'],
  ["features/documents/components/DocumentFacts.vue", 'import Facts from "@/features/customers/components/ProgressMeter.vue";'],
  ["features/documents/components/DocumentFacts.vue", 'import Facts from "../../customers/components/ProgressMeter.vue";'],
  ["features/documents/components/DocumentFacts.vue", 'const facts = () => import("../../customers/pc/CustomerFacts.vue");'],
  ["features/documents/testing/samples.ts", 'import type { Conflict } from "../../customers/conflict";'],
  ["features/documents/model.ts", 'export type Conflict = import("../customers/conflict").Conflict;'],
  ["features/documents/model.ts", 'export { differences } from "@/features/customers/conflict";'],
  ["features/documents/manifest.ts", 'const page = () => import("../customers/pc/CustomerFacts.vue");'],
  ["features/documents/pc/DocumentRow.vue", 'import Row from "../mobile/ChecklistSlot.vue";'],
  ["features/documents/mobile/Row.vue", 'import { Edit } from "@element-plus/icons-vue";'],
  ["features/documents/mobile/Row.vue", 'import "element-plus/es/components/message/style/css";'],
  ["features/documents/composables/useChecklist.ts", 'import { router } from "@/app/router";'],
  ["features/documents/composables/useChecklist.ts", 'import Shell from "@/shells/pc/PcShell.vue";'],
  ["shared/components/Thing.vue", 'import { typeName } from "@/features/documents/model";'],
  ["shared/components/Thing.vue", 'import Table from "../../ui-pc/DataTable.vue";'],
  ["api/client.ts", 'import { currentLocale } from "@/shared/i18n";'],
  ["ui-mobile/PageBar.vue", 'import Table from "@/ui-pc/DataTable.vue";'],
  ["shells/mobile/MobileShell.vue", 'import { ElMessage } from "element-plus";'],
  ["app/main.ts", 'import { typeName } from "@/features/documents/model";'],
  ["helpers/Thing.vue", 'import { ref } from "vue";'],
  ["shared/errors.ts", 'import { help } from "@/helpers/thing";'],
];

const allowed = [
  ["features/documents/pc/Row.vue", 'import { ElTag } from "element-plus"; import X from "@/ui-pc/DataTable.vue"; import Y from "../components/Fact.vue";'],
  ["features/documents/manifest.ts", 'const page = () => import("./pc/DocumentListPage.vue");'],
  ["features/cases/api.ts", 'import { storeCustomer } from "@/features/customers/api"; import { typeName } from "../documents/model";'],
  ["features/cases/model.spec.ts", 'import { aCustomer } from "@/features/customers/testing";'],
  ["shells/mobile/MobileShell.vue", 'import { Locale } from "vant"; import X from "@/ui-mobile/BottomSheet.vue"; import { useTabs } from "@/shared/composables/useMenu";'],
  ["app/router/index.ts", 'import { ref } from "vue"; const shell = () => import("@/shells/pc/PcShell.vue");'],
];

test("imports that go the wrong way are refused", async (context) => {
  for (const [file = "", code = ""] of refused) {
    await context.test(`${file}: ${code}`, async () => assert.equal((await verdict(file, code))?.length, 1));
  }
});

test("imports that go the right way pass", async (context) => {
  for (const [file = "", code = ""] of allowed) {
    await context.test(`${file}: ${code}`, async () => assert.deepEqual(await verdict(file, code), []));
  }
});
