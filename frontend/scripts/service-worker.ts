import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import type { Plugin } from "vite";

const SOURCE = fileURLToPath(new URL("../src/service-worker.ts", import.meta.url));
const INDEX = new URL("../index.html", import.meta.url);
/** Only desktops load these, or only who has changed the language. */
const NOT_FOR_PHONES = /\/(?:pc|ui-pc)\/|node_modules\/(?:element-plus|@element-plus)\/|\/locale\/lang\/en|locales\/en\.json|shell-messages\/en/;

/** Builds sw.js and writes into it which files the phone's pages consist of. */
export function serviceWorker(): Plugin {
  return {
    name: "kehui:service-worker",
    apply: "build",
    buildStart() {
      this.emitFile({ type: "chunk", id: SOURCE, fileName: "sw.js" });
    },
    generateBundle: {
      order: "post",
      handler(_options, bundle) {
        const worker = bundle["sw.js"];
        if (worker?.type !== "chunk") throw new Error("sw.js is not there");
        const chunks = Object.values(bundle).flatMap((one) => (one.type === "chunk" && one !== worker ? [one] : []));
        const wanted = chunks.filter((chunk) => !chunk.moduleIds.some((id) => NOT_FOR_PHONES.test(id)));
        const files = new Set(wanted.flatMap((chunk) => [chunk.fileName, ...(chunk.viteMetadata?.importedCss ?? [])]));
        const list = [...files].sort().map((file) => `/${file}`);
        const release = createHash("sha256").update(list.join()).update(readFileSync(INDEX)).digest("hex").slice(0, 16);
        worker.code = worker.code.replaceAll("__FILES__", JSON.stringify(list)).replaceAll("__RELEASE__", JSON.stringify(release));
      },
    },
  };
}
