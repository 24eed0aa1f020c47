/**
 * Finds circles of imports in src/: between files, between features, and between the folders above them. Whoever is
 * in a circle can be read, tested and moved only together with all of it. Type imports count: they tie readers too.
 */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

const src = process.argv[2] ?? fileURLToPath(new URL("../src", import.meta.url));

/** @returns {string[]} paths relative to src/, specs left out: a spec is imported by nobody */
function sources() {
  return readdirSync(src, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|vue)$/.test(entry.name) && !/\.spec\.ts$/.test(entry.name))
    .map((entry) => relative(src, join(entry.parentPath ?? entry.path, entry.name)).split(sep).join("/"))
    .filter((path) => !path.startsWith("api/generated/"));
}

const files = sources();
const known = new Set(files);

/** The file that `specifier` means in `from`; null when it is a package or a file that does not count. */
function resolve(/** @type {string} */ from, /** @type {string} */ specifier) {
  const path = specifier.startsWith("@/") ? specifier.slice(2) : specifier.startsWith(".") ? posix.join(dirname(from), specifier) : null;
  if (path === null) return null;
  return [path, `${path}.ts`, `${path}/index.ts`].find((candidate) => known.has(candidate)) ?? null;
}

const STATIC = /\b(?:import|export)\b[^"';()]*?\bfrom\s*"([^"]+)"|\bimport\s+"([^"]+)"/g;
const LAZY = /\bimport\(\s*"([^"]+)"\s*\)/g;

/** @param {string} from @param {RegExp} pattern */
function importsOf(from, pattern) {
  const text = readFileSync(join(src, from), "utf8");
  return [...text.matchAll(pattern)].map((match) => resolve(from, match[1] ?? match[2] ?? "")).filter((path) => path !== null);
}

/** @typedef {Map<string, Map<string, string>>} Graph from → to → an example of why */

/** @param {(file: string) => string | null} nodeOf @param {RegExp[]} patterns @returns {Graph} */
function graph(nodeOf, patterns) {
  /** @type {Graph} */
  const arrows = new Map();
  for (const file of files) {
    const from = nodeOf(file);
    for (const target of patterns.flatMap((pattern) => importsOf(file, pattern))) {
      const to = nodeOf(target);
      if (from === null || to === null || from === to) continue;
      const targets = arrows.get(from) ?? new Map();
      if (!targets.has(to)) targets.set(to, `${file} → ${target}`);
      arrows.set(from, targets);
    }
  }
  return arrows;
}

/** Every circle that a walk meets, one per arrow that closes it. @param {Graph} arrows */
function circles(arrows) {
  /** @type {string[][]} */
  const found = [];
  const done = new Set();
  /** @param {string} node @param {string[]} way */
  function walk(node, way) {
    if (done.has(node)) return;
    for (const next of arrows.get(node)?.keys() ?? []) {
      const start = [...way, node].indexOf(next);
      if (start >= 0) found.push([...way, node].slice(start));
      else walk(next, [...way, node]);
    }
    done.add(node);
  }
  for (const node of arrows.keys()) walk(node, []);
  return found;
}

/** Manifests lead to everything lazily and are led to by the wiring alone, so a lazy import ties folders but no files. */
const levels = {
  files: graph((file) => file, [STATIC]),
  features: graph((file) => (file.startsWith("features/") ? (file.split("/")[1] ?? null) : null), [STATIC, LAZY]),
  folders: graph((file) => (file.includes("/") ? (file.split("/")[0] ?? null) : null), [STATIC, LAZY]),
};

let count = 0;
for (const [level, arrows] of Object.entries(levels)) {
  for (const circle of circles(arrows)) {
    count += 1;
    console.error(`A circle of ${level}:`);
    circle.forEach((node, index) => {
      const next = circle[(index + 1) % circle.length] ?? node;
      console.error(`  ${node} → ${next}   (${arrows.get(node)?.get(next) ?? ""})`);
    });
  }
}
if (files.length < 2) {
  console.error(`only ${files.length} files found below ${src}: has the layout changed?`);
  count += 1;
}
process.exitCode = count > 0 ? 1 : 0;
