/**
 * Checks the built pages in dist/: what each route loads first (compressed), and that no phone
 * route loads Element Plus and no PC route loads Vant. Run `npm run build` before.
 */
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

/** @typedef {{ file: string, css?: string[], imports?: string[], dynamicImports?: string[], isDynamicEntry?: boolean }} Entry */

const KIB = 1024;
const SHELLS = { pc: "src/shells/pc/PcShell.vue", m: "src/shells/mobile/MobileShell.vue" };
const SHELL_MESSAGES = "src/app/shell-messages/zh-CN.ts";
/** Budgets in KiB, gzip. */
const BUDGETS = { pc: { js: 230, css: 30 }, m: { js: 130, css: 40 } };
/** What may follow by itself after the page has appeared. */
const LATER = 60;
const FOREIGN = { pc: ["vant", "@vant/use", "@vant/popperjs"], m: ["element-plus", "@element-plus/icons-vue"] };
/** What fills a page's slots follows after the page itself has appeared. @type {Record<string, string[]>} */
const SLOTS = {
  "src/features/customers/pc/CustomerDetailPage.vue": ["src/features/documents/pc/CustomerChecklist.vue"],
  "src/features/customers/mobile/CustomerDetailView.vue": ["src/features/documents/mobile/CustomerChecklist.vue"],
};
const OVERLAYS = { pc: ["src/features/uploads/pc/UploadDock.vue"], m: [] };

const dist = new URL("../dist/", import.meta.url);
/** @param {string} path */
const readJson = (path) => JSON.parse(readFileSync(new URL(path, dist), "utf8"));

/** @type {Record<string, Entry>} */
const manifest = readJson(".vite/manifest.json");
/** @type {Record<string, string[]>} */
const packages = readJson(".vite/packages.json");

/** @param {string} key @returns {Entry} */
function entry(key) {
  const found = manifest[key];
  if (!found) throw new Error(`${key} is not in the manifest: has it moved?`);
  return found;
}

/** Chunk keys that load with `roots`, static imports followed. @param {string[]} roots */
function closure(roots) {
  const seen = new Set();
  const waiting = [...roots];
  while (waiting.length > 0) {
    const key = waiting.pop();
    if (key === undefined || seen.has(key)) continue;
    seen.add(key);
    waiting.push(...(entry(key).imports ?? []));
  }
  return [...seen];
}

/** The message chunks that come with a component of a feature. @param {string} component */
function messagesOf(component) {
  const feature = component.split("/")[2] ?? "";
  const source = readFileSync(new URL(`../src/features/${feature}/manifest.ts`, import.meta.url), "utf8");
  const others = [...(/messages: \[(.*)\]/.exec(source)?.[1] ?? "").matchAll(/"([\w-]+)"/g)].map(([, name]) => name);
  return [feature, ...others].map((name) => `src/features/${name}/locales/zh-CN.json`);
}

/** @type {Map<string, number>} */
const sizes = new Map();
/** @param {string} file */
function compressed(file) {
  const size = sizes.get(file) ?? gzipSync(readFileSync(new URL(file, dist))).length;
  sizes.set(file, size);
  return size;
}

/** @param {Iterable<string>} files */
const total = (files) => [...files].reduce((sum, file) => sum + compressed(file), 0) / KIB;

const pages = Object.keys(manifest).filter((key) => /^src\/features\/[^/]+\/(pc|mobile)\/\w+(Page|View)\.vue$/.test(key));
const problems = [];

for (const page of pages.sort()) {
  const ui = page.includes("/pc/") ? "pc" : "m";
  const roots = ["index.html", SHELL_MESSAGES, SHELLS[ui], page, ...messagesOf(page)];
  const chunks = closure(roots).map(entry);
  const js = total(new Set(chunks.map((chunk) => chunk.file)));
  const css = total(new Set(chunks.flatMap((chunk) => chunk.css ?? [])));
  const fillings = [...(SLOTS[page] ?? []), ...OVERLAYS[ui]];
  const following = closure([...roots, ...fillings, ...fillings.flatMap(messagesOf)]).map(entry);
  const later = total(new Set(following.map((chunk) => chunk.file))) - js;
  const loaded = new Set(following.flatMap((chunk) => packages[chunk.file] ?? []));
  console.log(`${js.toFixed(1).padStart(6)} KiB JS ${css.toFixed(1).padStart(6)} KiB CSS ${later.toFixed(1).padStart(6)} KiB later  ${page}`);
  if (js > BUDGETS[ui].js) problems.push(`${page}: ${js.toFixed(1)} KiB of JS, allowed are ${BUDGETS[ui].js}`);
  if (css > BUDGETS[ui].css) problems.push(`${page}: ${css.toFixed(1)} KiB of CSS, allowed are ${BUDGETS[ui].css}`);
  if (later > LATER) problems.push(`${page}: ${later.toFixed(1)} KiB of JS follow, allowed are ${LATER}`);
  for (const name of FOREIGN[ui]) if (loaded.has(name)) problems.push(`${page} loads ${name}`);
}
if (pages.length < 10) problems.push(`only ${pages.length} pages found: has the layout changed?`);

for (const problem of problems) console.error(problem);
process.exitCode = problems.length > 0 ? 1 : 0;
