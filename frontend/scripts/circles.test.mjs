import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const script = fileURLToPath(new URL("./circles.mjs", import.meta.url));

/** Runs the script over made-up files. @param {Record<string, string>} files */
function circlesIn(files) {
  const src = mkdtempSync(join(tmpdir(), "circles-"));
  for (const [path, code] of Object.entries(files)) {
    mkdirSync(dirname(join(src, path)), { recursive: true });
    writeFileSync(join(src, path), code);
  }
  const { status, stderr } = spawnSync(process.execPath, [script, src], { encoding: "utf8" });
  rmSync(src, { recursive: true });
  return { status, found: [...stderr.matchAll(/A circle of (\w+)/g)].map(([, level]) => level) };
}

test("passes arrows that all lead one way", () => {
  const files = { "shared/a.ts": 'import "../api/b";', "api/b.ts": "", "features/x/api.ts": 'import { a } from "@/shared/a";' };
  assert.deepEqual(circlesIn(files), { status: 0, found: [] });
});

test("finds a circle of files, type imports included", () => {
  const files = { "shared/a.ts": 'import type { B } from "./b";', "shared/b.ts": 'export { a } from "./a";' };
  assert.deepEqual(circlesIn(files), { status: 1, found: ["files"] });
});

test("finds a circle of features through different files, lazy imports included", () => {
  const files = {
    "features/x/api.ts": 'import { y } from "@/features/y/api";',
    "features/y/api.ts": "",
    "features/y/pc/Page.vue": '<script setup lang="ts">\nconst X = () => import("../../x/model");\n</script>',
    "features/x/model.ts": "",
  };
  assert.deepEqual(circlesIn(files), { status: 1, found: ["features"] });
});

test("finds a circle of folders", () => {
  const files = { "api/a.ts": 'import "@/shared/b";', "shared/b.ts": "", "shared/c.ts": 'import "@/api/a";' };
  assert.deepEqual(circlesIn(files), { status: 1, found: ["folders"] });
});
