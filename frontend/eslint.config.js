import vueI18n from "@intlify/eslint-plugin-vue-i18n";
import { defineConfigWithVueTs, vueTsConfigs } from "@vue/eslint-config-typescript";
import vue from "eslint-plugin-vue";
import vueA11y from "eslint-plugin-vuejs-accessibility";

import { boundaries } from "./scripts/boundaries.mjs";

export default defineConfigWithVueTs(
  { ignores: ["dist/**", "src/api/generated/**"] },
  vue.configs["flat/recommended"],
  vueTsConfigs.strict,
  vueA11y.configs["flat/recommended"],
  vueI18n.configs.base,
  { settings: { "vue-i18n": { localeDir: "./src/**/locales/*.json", messageSyntaxVersion: "^11.0.0" } } },
  {
    files: ["**/*.ts", "**/*.vue"],
    plugins: { kehui: { rules: { boundaries } } },
    rules: {
      "kehui/boundaries": "error",
      "@intlify/vue-i18n/no-raw-text": [
        "error",
        { ignorePattern: "^[\\s\\d%/·:：,.|()\\-–—+×…?*#]+$", ignoreNodes: ["kbd", "code"] },
      ],
      "@intlify/vue-i18n/no-missing-keys": "error",
      "@intlify/vue-i18n/valid-message-syntax": "error",
      "no-console": "error",
      eqeqeq: "error",
      "@typescript-eslint/consistent-type-imports": "error",
      // Layout of attributes and tags is left to the writer; these rules only fight over line breaks.
      "vue/max-attributes-per-line": "off",
      "vue/singleline-html-element-content-newline": "off",
      "vue/html-self-closing": "off",
      "vue/html-indent": "off",
      "vue/html-closing-bracket-newline": "off",
      "vue/first-attribute-linebreak": "off",
      "vue/multiline-html-element-content-newline": "off",
      "vue/attributes-order": "off",
      "vue/require-default-prop": "off",
      "vue/no-undef-components": "off",
      "vue/component-api-style": ["error", ["script-setup"]],
      "vue/block-lang": ["error", { script: { lang: "ts" } }],
      "vuejs-accessibility/label-has-for": ["error", { required: { some: ["nesting", "id"] } }],
    },
  },
  { files: ["**/*.vue"], rules: { "max-lines": ["error", { max: 350 }] } },
);
