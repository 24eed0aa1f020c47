import type { FeatureManifest } from "@/shared/manifest";

export default {
  routes: {
    pc: [
      {
        path: "dictionary",
        name: "pc.dictionary",
        component: () => import("./pc/DictionaryPage.vue"),
        meta: {
          title: "dictionary.title",
          permissions: ["dictionary:manage"],
          menu: { order: 50, icon: "types", label: "menu.dictionary" },
        },
      },
    ],
  },
} satisfies FeatureManifest;
