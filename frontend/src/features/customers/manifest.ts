import type { Permission } from "@/api/generated";
import type { FeatureManifest } from "@/shared/manifest";

const read: Permission[] = ["customers:read"];
const write: Permission[] = ["customers:read", "customers:write"];

export default {
  routes: {
    pc: [
      {
        path: "customers",
        name: "pc.customers.list",
        component: () => import("./pc/CustomerListPage.vue"),
        meta: {
          title: "customers.list.title",
          permissions: read,
          menu: { group: "customers", order: 10, label: "menu.customer_list", icon: "CustomersIcon" },
        },
      },
      {
        path: "customers/new",
        name: "pc.customers.new",
        component: () => import("./pc/CustomerFormPage.vue"),
        meta: { title: "customers.form.new_title", permissions: write },
      },
      {
        path: "customers/:customerId",
        name: "pc.customers.detail",
        component: () => import("./pc/CustomerDetailPage.vue"),
        props: true,
        meta: { title: "customers.detail.title", permissions: read, slots: ["customer.tabs", "customer.actions"] },
      },
      {
        path: "customers/:customerId/edit",
        name: "pc.customers.edit",
        component: () => import("./pc/CustomerFormPage.vue"),
        props: true,
        meta: { title: "customers.form.edit_title", permissions: write },
      },
    ],
    m: [
      {
        path: "customers",
        name: "m.customers.list",
        component: () => import("./mobile/CustomerListView.vue"),
        meta: {
          title: "customers.list.title",
          permissions: read,
          menu: { group: "tabs", order: 20, label: "menu.customers", icon: "friends-o" },
        },
      },
      {
        path: "customers/new",
        name: "m.customers.new",
        component: () => import("./mobile/CustomerFormView.vue"),
        meta: { title: "customers.form.new_title", permissions: write },
      },
      {
        path: "customers/:customerId",
        name: "m.customers.detail",
        component: () => import("./mobile/CustomerDetailView.vue"),
        props: true,
        meta: { title: "customers.detail.title", permissions: read, slots: ["customer.tabs", "customer.actions"] },
      },
      {
        path: "customers/:customerId/edit",
        name: "m.customers.edit",
        component: () => import("./mobile/CustomerFormView.vue"),
        props: true,
        meta: { title: "customers.form.edit_title", permissions: write },
      },
    ],
  },
  slots: {
    "customer.tabs": {
      m: [{ name: "facts", order: 20, label: "tabs.facts", load: () => import("./mobile/CustomerFacts.vue") }],
    },
  },
} satisfies FeatureManifest;
