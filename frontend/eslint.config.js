import vueI18n from "@intlify/eslint-plugin-vue-i18n";
import { defineConfigWithVueTs, vueTsConfigs } from "@vue/eslint-config-typescript";
import vue from "eslint-plugin-vue";
import vueA11y from "eslint-plugin-vuejs-accessibility";

const elementPlus = {
  regex: "^(element-plus|@element-plus/)",
  message: "Only PC code (shells/pc, ui-pc, features/*/pc) may load Element Plus; a phone must never download it.",
};
const vant = {
  regex: "^(vant|@vant/)",
  message: "Only phone code (shells/mobile, ui-mobile, features/*/mobile) may load Vant.",
};
const pcCode = { regex: "^(@/(ui-pc|shells/pc)|.*/pc)(/|$)", message: "PC code is not for this layer." };
const mobileCode = {
  regex: "^(@/(ui-mobile|shells/mobile)|.*/mobile)(/|$)",
  message: "Phone code is not for this layer.",
};
const otherFeature = {
  regex: "^@/features/[^/]+/(?!(api|model)$)",
  message: "Another feature is reached through its api.ts or model.ts, or a slot in its manifest.",
};
const features = { regex: "^@/features/", message: "This layer knows no feature." };
const app = { regex: "^@/app(/|$)", message: "app/ is wiring: nothing imports it." };

/**
 * Import direction for a set of files: everything in `patterns` is refused there.
 *
 * @param {string[]} files
 * @param {object[]} patterns
 */
const refuse = (files, patterns) => ({
  files,
  rules: { "no-restricted-imports": ["error", { patterns }] },
});

export default defineConfigWithVueTs(
  { ignores: ["dist/**", "src/api/generated/**"] },
  vue.configs["flat/recommended"],
  vueTsConfigs.strict,
  vueA11y.configs["flat/recommended"],
  vueI18n.configs.base,
  { settings: { "vue-i18n": { localeDir: "./src/**/locales/*.json", messageSyntaxVersion: "^11.0.0" } } },
  {
    files: ["**/*.ts", "**/*.vue"],
    rules: {
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
  refuse(["src/api/**", "src/shared/**"], [elementPlus, vant, pcCode, mobileCode, features, app]),
  refuse(
    ["src/features/*/*.ts", "src/features/*/composables/**"],
    [elementPlus, vant, otherFeature, app],
  ),
  refuse(["src/features/*/composables/**", "src/features/*/{api,model}.ts"], [
    elementPlus, vant, pcCode, mobileCode, otherFeature, app,
  ]),
  refuse(["src/features/*/**/*.spec.ts"], [
    elementPlus, vant, { ...otherFeature, regex: "^@/features/[^/]+/(?!(api|model|testing)$)" }, app,
  ]),
  refuse(["src/features/*/pc/**"], [vant, mobileCode, otherFeature, app]),
  refuse(["src/features/*/mobile/**"], [elementPlus, pcCode, otherFeature, app]),
  refuse(["src/ui-pc/**"], [vant, mobileCode, features, app]),
  refuse(["src/ui-mobile/**"], [elementPlus, pcCode, features, app]),
  refuse(["src/shells/pc/**"], [vant, mobileCode]),
  refuse(["src/shells/mobile/**"], [elementPlus, pcCode]),
);
