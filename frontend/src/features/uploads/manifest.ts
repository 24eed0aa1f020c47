import type { FeatureManifest } from "@/shared/manifest";

import { waitingUploads } from "./waiting";

export default {
  messages: ["documents", "customers"],
  routes: {
    m: [
      {
        path: "uploads",
        name: "m.uploads",
        component: () => import("./mobile/UploadsPage.vue"),
        meta: {
          title: "uploads.tab",
          permissions: ["documents:upload"],
          menu: {
            group: "tabs",
            order: 35,
            label: "menu.uploads",
            icon: "upgrade",
            badge: () => waitingUploads.value,
          },
        },
      },
    ],
  },
  slots: {
    "shell.overlay": {
      pc: [{ name: "uploads", order: 10, load: () => import("./pc/UploadDock.vue") }],
      m: [{ name: "uploads", order: 10, permissions: ["documents:upload"], load: () => import("./mobile/UploadResume.vue") }],
    },
  },
} satisfies FeatureManifest;
