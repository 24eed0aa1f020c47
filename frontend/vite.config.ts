import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath, URL } from "node:url";

import VueI18nPlugin from "@intlify/unplugin-vue-i18n/vite";
import { VantResolver } from "@vant/auto-import-resolver";
import vue from "@vitejs/plugin-vue";
import type { ComponentResolver } from "unplugin-vue-components";
import Components from "unplugin-vue-components/vite";
import { ElementPlusResolver } from "unplugin-vue-components/resolvers";
import { defineConfig, type Plugin } from "vitest/config";

import { chunkOf } from "./chunks";
import { serviceWorker } from "./scripts/service-worker";

const backend = `http://localhost:${process.env["KEHUI_PORT"] ?? "8000"}`;

/** The API's documentation page needs these files from our own origin. */
function swaggerUi(): Plugin {
  const folder = new URL("./node_modules/swagger-ui-dist/", import.meta.url);
  return {
    name: "swagger-ui",
    apply: "build",
    generateBundle() {
      for (const file of ["swagger-ui-bundle.js", "swagger-ui.css"]) {
        this.emitFile({
          type: "asset",
          fileName: `swagger-ui/${file}`,
          source: readFileSync(new URL(file, folder)),
        });
      }
    },
  };
}

/** Writes which npm packages each chunk holds, for scripts/budgets.mjs. */
function listPackages(): Plugin {
  return {
    name: "kehui:list-packages",
    generateBundle(_options, bundle) {
      const byFile: Record<string, string[]> = {};
      for (const chunk of Object.values(bundle)) {
        if (chunk.type !== "chunk") continue;
        const names = chunk.moduleIds.map((id) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(id)?.[1]);
        byFile[chunk.fileName] = [...new Set(names.filter((name) => name !== undefined))].sort();
      }
      this.emitFile({ type: "asset", fileName: ".vite/packages.json", source: JSON.stringify(byFile) });
    },
  };
}

/** Modules that a library links statically but that this app never reaches: what stands in for each. */
const unreached = [
  // An XMLHttpRequest, which alone reports upload progress, is always there in a browser.
  { importer: "axios/lib/adapters/adapters.js", source: "./fetch.js", code: "export const getFetch = () => null;" },
  { importer: "axios/lib/axios.js", source: "./helpers/HttpStatusCode.js", code: "export default {};" },
  { importer: "axios/lib/axios.js", source: "./helpers/formDataToJSON.js", code: "export default () => null;" },
  // Bodies are JSON or forms made by the page, queries are written by the generated client, and nobody asks for cookies.
  { importer: "axios/lib/defaults/index.js", source: "../helpers/toFormData.js", code: "export default () => null;" },
  { importer: "axios/lib/defaults/index.js", source: "../helpers/toURLEncodedForm.js", code: "export default () => null;" },
  { importer: "axios/lib/axios.js", source: "./helpers/toFormData.js", code: "export default () => null;" },
  { importer: "axios/lib/helpers/buildURL.js", source: "./AxiosURLSearchParams.js", code: "export default URLSearchParams;" },
  {
    importer: "axios/lib/platform/browser/classes/URLSearchParams.js",
    source: "../../../helpers/AxiosURLSearchParams.js",
    code: "export default URLSearchParams;",
  },
  // Requests are cancelled by the signal of an AbortController; nobody spreads their answers.
  { importer: "axios/lib/axios.js", source: "./cancel/CancelToken.js", code: "export default null;" },
  { importer: "axios/lib/axios.js", source: "./helpers/spread.js", code: "export default null;" },
  // Forms are sent as they are, never turned into JSON.
  {
    importer: "axios/lib/defaults/index.js",
    source: "../helpers/formDataToJSON.js",
    code: "export default () => null;",
  },
  // Live events have a client of their own, which resumes and refreshes its token.
  {
    importer: "src/api/generated/client/client.gen.ts",
    source: "../core/serverSentEvents.gen",
    code: "export const createSseClient = () => { throw new Error('not part of this build'); };",
  },
];

/** Leaves those modules out of the built pages. */
function withoutUnreached(): Plugin {
  const prefix = "\0unreached:";
  return {
    name: "kehui:without-unreached",
    apply: "build",
    enforce: "pre",
    resolveId(source, importer) {
      const index = unreached.findIndex((entry) => source === entry.source && importer?.endsWith(entry.importer));
      return index < 0 ? null : `${prefix}${index}`;
    },
    load: (id) => (id.startsWith(prefix) ? (unreached[Number(id.slice(prefix.length))]?.code ?? null) : null),
  };
}

/** Keeps Vant's icon font to the copy inside its style sheet; the other one is on somebody else's server. */
function withoutRemoteFont(): Plugin {
  return {
    name: "kehui:vant-without-remote-font",
    enforce: "pre",
    transform(code, id) {
      return id.includes("/vant/") ? code.replace(/,\s*url\(\/\/at\.alicdn[^)]*\)\s*format\([^)]*\)/g, "") : null;
    },
  };
}

/**
 * Names the file of a component instead of its kit's index, through which every page would seem to need the whole kit
 * when chunks are cut. A part such as ElFormItem stands in the file of the component it is a part of.
 */
function directly(resolver: ComponentResolver | ComponentResolver[]): ComponentResolver[] {
  const resolvers = [resolver].flat();
  return resolvers.map((each) => {
    const { type, resolve } = typeof each === "function" ? { type: "component" as const, resolve: each } : each;
    return {
      type,
      resolve: async (name) => {
        const found = await resolve(name);
        if (!found || typeof found === "string" || !found.name) return found;
        const words = found.name.replace(/^ElOption/, "Select").replace(/^El/, "").replace(/\B[A-Z]/g, "-$&").toLowerCase().split("-");
        const folder = found.from === "vant/es" ? "vant/es" : "element-plus/es/components";
        for (let length = words.length; length > 0; length -= 1) {
          const file = `${folder}/${words.slice(0, length).join("-")}/index.mjs`;
          if (existsSync(new URL(`./node_modules/${file}`, import.meta.url))) return { ...found, from: file };
        }
        return found;
      },
    };
  });
}

export default defineConfig({
  plugins: [
    vue(),
    swaggerUi(),
    Components({
      dirs: [],
      dts: false,
      resolvers: [directly(ElementPlusResolver({ importStyle: "css" })), directly(VantResolver())],
    }),
    VueI18nPlugin({
      include: [fileURLToPath(new URL("./src/**/locales/*.json", import.meta.url))],
      strictMessage: true,
      dropMessageCompiler: true,
      fullInstall: false,
    }),
    withoutUnreached(),
    withoutRemoteFont(),
    listPackages(),
    serviceWorker(),
  ],
  define: {
    // Neither the app nor its two kits use the options API; without it every route is lighter.
    __VUE_OPTIONS_API__: false,
    __VUE_PROD_DEVTOOLS__: false,
    __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: false,
    __INTLIFY_PROD_DEVTOOLS__: false,
  },
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  build: {
    outDir: "dist",
    manifest: true,
    target: "es2022",
    rolldownOptions: {
      output: { codeSplitting: { includeDependenciesRecursively: false, groups: [{ name: chunkOf }] } },
    },
    modulePreload: {
      // A browser that knows no modulepreload (Safari before 17) loads the same chunks a little later.
      polyfill: false,
      // Pages are fetched with all they import at once. What a page opens later finds most of that there, so the lists
      // of names that every page would carry for it cost more than they save.
      resolveDependencies: (_file, dependencies, { hostId }) =>
        hostId.includes("base-") ? dependencies : dependencies.filter((file) => file.endsWith(".css")),
    },
  },
  server: {
    port: 5173,
    proxy: { "/api": backend, "/docs": backend, "/openapi.json": backend, "/swagger-ui": backend },
  },
  test: {
    environment: "happy-dom",
    include: ["src/**/*.spec.ts"],
    setupFiles: ["src/shared/testing/setup.ts"],
    server: { deps: { inline: ["vant", "element-plus"] } },
    restoreMocks: true,
  },
});
