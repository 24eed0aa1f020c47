import { readFileSync } from "node:fs";
import { fileURLToPath, URL } from "node:url";

import VueI18nPlugin from "@intlify/unplugin-vue-i18n/vite";
import { VantResolver } from "@vant/auto-import-resolver";
import vue from "@vitejs/plugin-vue";
import Components from "unplugin-vue-components/vite";
import { ElementPlusResolver } from "unplugin-vue-components/resolvers";
import { defineConfig, type Plugin } from "vitest/config";

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

export default defineConfig({
  plugins: [
    vue(),
    swaggerUi(),
    Components({
      dirs: [],
      dts: false,
      resolvers: [ElementPlusResolver({ importStyle: "css" }), VantResolver()],
    }),
    VueI18nPlugin({
      include: [fileURLToPath(new URL("./src/**/locales/*.json", import.meta.url))],
      strictMessage: true,
    }),
  ],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  build: { outDir: "dist", manifest: true, target: "es2022", chunkSizeWarningLimit: 700 },
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
