import type { FeatureManifest } from "@/shared/manifest";

const login = { title: "auth.login.title", public: true, bare: true } as const;
const profile = { title: "auth.profile.title" } as const;

export default {
  routes: {
    pc: [
      { path: "login", name: "pc.login", component: () => import("./pc/LoginPage.vue"), meta: login },
      { path: "profile", name: "pc.profile", component: () => import("./pc/ProfilePage.vue"), meta: profile },
    ],
    m: [
      { path: "login", name: "m.login", component: () => import("./mobile/LoginView.vue"), meta: login },
      {
        path: "me",
        name: "m.me",
        component: () => import("./mobile/MeView.vue"),
        meta: { title: "auth.me.title", menu: { group: "tabs", order: 40, label: "menu.me", icon: "contact-o" } },
      },
      { path: "profile", name: "m.profile", component: () => import("./mobile/ProfileView.vue"), meta: profile },
      {
        path: "password",
        name: "m.password",
        component: () => import("./mobile/PasswordView.vue"),
        meta: { title: "auth.password.title" },
      },
    ],
  },
} satisfies FeatureManifest;
