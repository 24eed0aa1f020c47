import type { FeatureManifest } from "@/shared/manifest";

export default {
  routes: {
    pc: [
      {
        path: "users",
        name: "pc.users.list",
        component: () => import("./pc/UserListPage.vue"),
        meta: {
          title: "users.list.title",
          permissions: ["users:read"],
          menu: { order: 40, icon: "users", label: "menu.users" },
        },
      },
    ],
  },
} satisfies FeatureManifest;
