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
          menu: { group: "system", order: 40, label: "menu.dictionary", icon: "DictionaryIcon" },
        },
      },
    ],
  },
} satisfies FeatureManifest;
