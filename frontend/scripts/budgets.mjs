/**
 * Checks the built pages in dist/: what each route loads first (compressed), and that no phone
 * route loads Element Plus and no PC route loads Vant. Run `npm run build` before.
 */
import { readdirSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

import { createServer } from "vite";

/** @typedef {{ file: string, css?: string[], imports?: string[], dynamicImports?: string[], isDynamicEntry?: boolean }} Entry */

const KIB = 1024;
const FIRST_MESSAGES = "src/app/first-messages/zh-CN.ts";
/** What a route of each interface may load first, in KiB, gzip. @type {Record<string, { js: number, css: number }>} */
const BUDGETS = { pc: { js: 230, css: 30 }, m: { js: 145, css: 40 } };
/** KiB that may follow by themselves after the page has appeared. */
const LATER = 60;

/** @type {Record<string, { folder: string, shell: string, kit: string[] }>} */
const uis = JSON.parse(readFileSync(new URL("../src/shared/uis.json", import.meta.url), "utf8"));

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

/** Chunk keys of what index.html names itself. */
const html = readFileSync(new URL("index.html", dist), "utf8");
const entries = Object.keys(manifest).filter((key) => html.includes(`"/${entry(key).file}"`));

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

/** @typedef {{ file: string, messages: string[] }} Piece A component that a manifest names, and the features whose messages come with it. */

/** What the manifests contribute to each interface. */
async function contributions() {
  const server = await createServer({ logLevel: "error", server: { middlewareMode: true, ws: false }, appType: "custom" });
  /** @type {Record<string, { pages: Piece[], slots: Record<string, Piece[]> }>} */
  const found = Object.fromEntries(Object.keys(uis).map((ui) => [ui, { pages: [], slots: {} }]));
  for (const feature of readdirSync(new URL("../src/features/", import.meta.url))) {
    const { default: manifest } = await server.ssrLoadModule(`/src/features/${feature}/manifest.ts`);
    /** @param {() => unknown} load @returns {Piece} */
    const piece = (load) => {
      const path = /import\w*\(\s*"\.?(\/[^"]+)"/.exec(String(load))?.[1] ?? "";
      const file = path.startsWith("/src/") ? path.slice(1) : `src/features/${feature}${path}`;
      return { file, messages: [feature, ...(manifest.messages ?? [])] };
    };
    for (const [ui, own] of Object.entries(found)) {
      own.pages.push(...(manifest.routes?.[ui] ?? []).map((/** @type {any} */ route) => piece(route.component)));
      for (const [slot, byUi] of Object.entries(/** @type {Record<string, any>} */ (manifest.slots ?? {}))) {
        (own.slots[slot] ??= []).push(...(byUi[ui] ?? []).map((/** @type {any} */ filling) => piece(filling.load)));
      }
    }
  }
  await server.close();
  return found;
}

/** The chunk in which the messages of a feature are. @param {string} name */
function messagesOf(name) {
  const own = `src/features/${name}/locales/zh-CN.json`;
  if (own in manifest) return own;
  return ["cases", "documents", "uploads"].includes(name) ? "src/app/case-messages/zh-CN.ts" : FIRST_MESSAGES;
}

/** Chunk keys of components with their messages. @param {Piece[]} pieces */
function chunksOf(pieces) {
  return pieces.flatMap(({ file, messages }) => [file, ...messages.map(messagesOf)]);
}

/**
 * What follows a page by itself, one list for each way it may be opened: every piece of the slots it shows, but of
 * tabs only the open one.
 *
 * @param {string} page @param {Record<string, Piece[]>} slots @returns {Piece[][]}
 */
function following(page, slots) {
  const source = readFileSync(new URL(`../${page}`, import.meta.url), "utf8");
  const shown = [...source.matchAll(/use(?:SlotPieces|ContributedActions)\("\w+", "([\w.]+)"\)/g)].map(([, slot]) => slot ?? "");
  const tabs = shown.filter((slot) => slot.endsWith(".tabs")).flatMap((slot) => slots[slot] ?? []);
  const others = ["shell.overlay", ...shown.filter((slot) => !slot.endsWith(".tabs"))].flatMap((slot) => slots[slot] ?? []);
  return tabs.length > 0 ? tabs.map((tab) => [tab, ...others]) : [others];
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

const problems = [];
let counted = 0;

for (const [ui, { pages, slots }] of Object.entries(await contributions())) {
  const { shell, kit } = uis[ui] ?? { shell: "", kit: [] };
  const budget = BUDGETS[ui];
  if (!budget) throw new Error(`BUDGETS has no row for the interface ${ui}`);
  const foreign = Object.values(uis).flatMap((other) => (other.kit === kit ? [] : other.kit));
  const unique = new Map(pages.map((page) => [page.file, page]));
  for (const page of [...unique.values()].sort((one, other) => one.file.localeCompare(other.file))) {
    counted += 1;
    const roots = [...entries, FIRST_MESSAGES, `src/${shell}`, ...chunksOf([page])];
    const chunks = closure(roots).map(entry);
    const js = total(new Set(chunks.map((chunk) => chunk.file)));
    const css = total(new Set(chunks.flatMap((chunk) => chunk.css ?? [])));
    let later = 0;
    for (const pieces of following(page.file, slots)) {
      const all = closure([...roots, ...chunksOf(pieces)]).map(entry);
      later = Math.max(later, total(new Set(all.map((chunk) => chunk.file))) - js);
      const loaded = new Set(all.flatMap((chunk) => packages[chunk.file] ?? []));
      for (const name of foreign) if (loaded.has(name)) problems.push(`${page.file} loads ${name}`);
    }
    const files = new Set(chunks.map((chunk) => chunk.file)).size;
    const figures = [`${String(files).padStart(3)} files`, `${js.toFixed(1).padStart(6)} KiB JS`, `${css.toFixed(1).padStart(6)} KiB CSS`, `${later.toFixed(1).padStart(6)} KiB later`];
    console.log(`${figures.join(" ")}  ${page.file}`);
    if (js > budget.js) problems.push(`${page.file}: ${js.toFixed(1)} KiB of JS, allowed are ${budget.js}`);
    if (css > budget.css) problems.push(`${page.file}: ${css.toFixed(1)} KiB of CSS, allowed are ${budget.css}`);
    if (later > LATER) problems.push(`${page.file}: ${later.toFixed(1)} KiB of JS follow, allowed are ${LATER}`);
  }
}
/** Chunks that wait for each other would run in whatever order they arrive. @param {string} key @param {string[]} way @returns {string[] | null} */
function circleFrom(key, way = []) {
  if (way.includes(key)) return [...way.slice(way.indexOf(key)), key];
  if (free.has(key)) return null;
  for (const next of entry(key).imports ?? []) {
    const circle = circleFrom(next, [...way, key]);
    if (circle) return circle;
  }
  free.add(key);
  return null;
}
const free = new Set();
for (const key of Object.keys(manifest)) {
  const circle = circleFrom(key);
  if (circle) {
    problems.push(`chunks import each other: ${circle.join(" → ")}`);
    break;
  }
}
if (counted < 10) problems.push(`only ${counted} pages found: has the layout changed?`);

for (const problem of problems) console.error(problem);
process.exitCode = problems.length > 0 ? 1 : 0;
