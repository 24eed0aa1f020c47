import { normalize } from "node:path";

interface ModuleInfo {
  isEntry: boolean;
  importers: readonly string[];
  dynamicImporters: readonly string[];
}

interface Graph {
  getModuleInfo(id: string): ModuleInfo | null;
}

/** What the pages that people open first consist of: the shells, the list of customers, and a customer's page. */
const SHELL = /(PcShell|MobileShell)\.vue/;
const LIST = /(CustomerListPage|CustomerListView)\.vue/;
const DETAIL = /(CustomerDetailPage|CustomerDetailView|CustomerChecklist|CaseActions|mobile\/CustomerFacts)\.vue/;
/** What opens from a customer's page only. */
const BESIDE_DETAIL =
  /(CaptureView|DocumentViewer|DocumentListPage|UploadDock|UploadPanel|CaseHistory|Conflict\w+|CaseAction(Popup|Dialog))\.vue|conflict\.ts/;

/** So many pages and pieces use it that it is as good as always there. */
const MOST = 12;

/** The modules through which a module comes to a page: the entry, and every module that is imported lazily. */
function rootsOf(id: string, graph: Graph): string[] {
  const seen = new Set([id]);
  const waiting = [id];
  const roots: string[] = [];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const info = graph.getModuleInfo(next);
    if (!info) continue;
    if (info.isEntry || info.dynamicImporters.length > 0) roots.push(normalize(next));
    for (const importer of info.importers) {
      if (seen.has(importer)) continue;
      seen.add(importer);
      waiting.push(importer);
    }
  }
  return roots;
}

/**
 * Names the chunk that a shared module travels in; null leaves it to the bundler.
 *
 * On a phone's network a file costs more than its bytes: browsers ask for six at a time, and one compressed file is
 * smaller than ten. So what the first pages share comes in few files: one that all have, and for each interface and
 * for both together what the shell needs, what the list needs, and what a customer's page needs.
 */
export function chunkOf(id: string, graph: Graph): string | null {
  const info = graph.getModuleInfo(id);
  // What is imported lazily is a chunk of its own, which others could only stand beside.
  if (!info || info.isEntry || info.dynamicImporters.length > 0) return null;
  // Element Plus takes most of it, phones a few lines.
  if (id.includes("node_modules/@vueuse/")) return "vueuse";
  const roots = rootsOf(id, graph);
  const some = (what: RegExp) => roots.some((root) => what.test(root));
  const every = (...what: RegExp[]) => roots.every((root) => what.some((each) => each.test(root)));
  if (some(/index\.html|app\/main\.ts/)) return "base";
  if (roots.length < 2) return null;
  const scope = every(/\/(pc|ui-pc)\/|menu-icons/) ? "pc" : every(/\/(mobile|ui-mobile)\//) ? "m" : "common";
  if (some(SHELL) || (some(LIST) && some(DETAIL)) || roots.length >= MOST) return `${scope}-first`;
  if (some(LIST)) return `${scope}-list`;
  if (!some(DETAIL)) return null;
  return every(DETAIL, BESIDE_DETAIL) ? `${scope}-detail` : `${scope}-work`;
}
