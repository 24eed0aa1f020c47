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
          menu: { group: "system", order: 10, label: "menu.users", icon: "UsersIcon" },
        },
      },
    ],
  },
} satisfies FeatureManifest;
