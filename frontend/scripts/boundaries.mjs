/**
 * An ESLint rule for the direction of imports. It judges what an import means, whether it is written with `@/` or
 * with dots, static, lazy or of types alone; a folder it does not know is refused, so none is ever forgotten.
 */
import { readFileSync } from "node:fs";
import { dirname, posix, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

const src = fileURLToPath(new URL("../src", import.meta.url));

/** @type {Record<string, { folder: string, kit: string[] }>} */
const uis = JSON.parse(readFileSync(new URL("../src/shared/uis.json", import.meta.url), "utf8"));

/** Which layers a layer may import. @type {Record<string, string[]>} */
const BELOW = {
  api: ["api"],
  shared: ["shared", "api"],
  kit: ["kit", "shared", "api"],
  features: ["features", "kit", "shared", "api"],
  shells: ["shells", "kit", "shared", "api"],
  app: ["app", "shells", "features", "kit", "shared", "api"],
};

/**
 * @typedef {object} Place Where a file stands.
 * @property {string} layer
 * @property {string | null} feature
 * @property {string | null} ui the interface whose code it is; null for what all share
 * @property {string} file within its feature or layer
 */

/** @param {string} folder */
const uiOfFolder = (folder) => Object.keys(uis).find((ui) => uis[ui]?.folder === folder) ?? null;

/** @param {string} path relative to src/ @returns {Place | null} */
function placeOf(path) {
  const [top = "", second = "", ...rest] = path.split("/");
  if (top.startsWith("ui-")) {
    const ui = uiOfFolder(top.slice(3));
    return ui === null ? null : { layer: "kit", feature: null, ui, file: second };
  }
  if (top === "shells") {
    const ui = uiOfFolder(second);
    return ui === null ? null : { layer: top, feature: null, ui, file: rest.join("/") };
  }
  if (top === "features") return { layer: top, feature: second, ui: uiOfFolder(rest[0] ?? ""), file: rest.join("/") };
  return top in BELOW ? { layer: top, feature: null, ui: null, file: path } : null;
}

/**
 * Why `from` may not import `to`; null when it may.
 *
 * @param {Place} from @param {Place} to @param {boolean} lazy
 */
function refusal(from, to, lazy) {
  if (to.file.startsWith("shared/testing/") && /\.spec$/.test(from.file)) return null;
  if (from.layer === "app" && to.layer === "features" && to.file !== "manifest") return "app/ reaches a feature through its manifest.";
  if (!BELOW[from.layer]?.includes(to.layer)) return `${from.layer} stands below ${to.layer}.`;
  if (from.feature !== null && from.feature !== to.feature && to.layer === "features") {
    const open = /\.spec$/.test(from.file) ? /^(api|model|testing)$/ : /^(api|model)$/;
    if (!open.test(to.file)) return "Another feature is reached through its api.ts or model.ts, or a slot in its manifest.";
  }
  const wiring = from.layer === "app" || (from.file === "manifest" && lazy);
  if (to.ui !== null && to.ui !== from.ui && !wiring) return `This is code of the interface "${to.ui}" alone.`;
  return null;
}

/** @param {Place} from @param {string} name */
function kitRefusal(from, name) {
  const owner = Object.keys(uis).find((ui) => uis[ui]?.kit.some((kit) => name === kit || name.startsWith(`${kit}/`)));
  return owner === undefined || owner === from.ui ? null : `Only code of the interface "${owner}" may load ${name}; the others must never download it.`;
}

/** @param {string} specifier @param {string} file relative to src/ @returns {string | null} relative to src/ */
function target(specifier, file) {
  if (specifier.startsWith("@/")) return specifier.slice(2);
  return specifier.startsWith(".") ? posix.join(dirname(file), specifier) : null;
}

/** @param {string} path */
const bare = (path) => path.replace(/\.(ts|vue)$/, "");

/** @type {import("eslint").Rule.RuleModule} */
export const boundaries = {
  meta: { type: "problem", schema: [] },
  create(context) {
    const file = relative(src, context.filename).split(sep).join("/");
    if (file.startsWith("..")) return {};
    const place = file.includes("/") ? placeOf(bare(file)) : null;

    /** @param {any} node @param {any} source @param {boolean} lazy */
    function judge(node, source, lazy) {
      if (source?.type !== "Literal" || typeof source.value !== "string") return;
      const path = target(source.value, file);
      const to = path === null ? null : placeOf(bare(path));
      let message = null;
      if (place === null) message = `scripts/boundaries.mjs does not know the folder of ${file}.`;
      else if (path === null) message = kitRefusal(place, source.value);
      else if (path.startsWith("..")) message = null;
      else message = to === null ? `scripts/boundaries.mjs does not know the folder of ${path}.` : refusal(place, to, lazy);
      if (message !== null) context.report({ node, message });
    }

    return {
      ImportDeclaration: (node) => judge(node, node.source, false),
      ExportAllDeclaration: (node) => judge(node, node.source, false),
      ExportNamedDeclaration: (node) => judge(node, node.source, false),
      ImportExpression: (node) => judge(node, node.source, true),
      /** @param {any} node */
      TSImportType: (node) => judge(node, node.source ?? node.argument?.literal, false),
    };
  },
};
