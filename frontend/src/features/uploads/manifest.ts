import type { FeatureManifest } from "@/shared/manifest";

export default {
  routes: {
    m: [
      {
        path: "uploads",
        name: "m.uploads",
        component: () => import("./mobile/UploadsPage.vue"),
        meta: {
          title: "uploads.tab",
          permissions: ["documents:upload"],
          menu: { order: 20, icon: "upgrade", label: "uploads.tab" },
        },
      },
    ],
  },
  slots: { "shell.overlay": { pc: () => import("./pc/UploadDock.vue") } },
} satisfies FeatureManifest;
