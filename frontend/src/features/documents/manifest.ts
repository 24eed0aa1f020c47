import type { FeatureManifest, SlotFilling } from "@/shared/manifest";

const checklist = {
  name: "documents",
  order: 10,
  label: "tabs.documents",
  permissions: ["documents:read"],
} satisfies Omit<SlotFilling, "load">;

export default {
  messages: ["uploads", "customers"],
  routes: {
    pc: [
      {
        path: "documents",
        name: "pc.documents.list",
        component: () => import("./pc/DocumentListPage.vue"),
        meta: {
          title: "documents.list.title",
          permissions: ["documents:read"],
          menu: { group: "documents", order: 10, label: "menu.documents", icon: "DocumentsIcon" },
        },
      },
      {
        path: "document-types",
        name: "pc.document-types",
        component: () => import("./pc/DocumentTypesPage.vue"),
        meta: {
          title: "documents.types.title",
          permissions: ["document_types:manage"],
          menu: { group: "documents", order: 90, label: "menu.document_types", icon: "TypesIcon" },
        },
      },
      {
        path: "customers/:customerId/review",
        name: "pc.customers.review",
        component: () => import("./pc/ReviewPage.vue"),
        props: true,
        meta: { title: "documents.review.title", permissions: ["customers:read", "documents:review"], bare: true },
      },
    ],
    m: [
      {
        path: "customers/:customerId/review",
        name: "m.customers.review",
        component: () => import("./mobile/ReviewView.vue"),
        props: true,
        meta: { title: "documents.review.title", permissions: ["customers:read", "documents:review"] },
      },
    ],
  },
  slots: {
    "customer.tabs": {
      pc: [{ ...checklist, load: () => import("./pc/CustomerChecklist.vue") }],
      m: [{ ...checklist, load: () => import("./mobile/CustomerChecklist.vue") }],
    },
    "customer.bar": {
      m: [{ name: "next", order: 10, permissions: ["documents:upload"], load: () => import("./mobile/NextPhoto.vue") }],
    },
    "customer.capture": { m: [{ name: "camera", order: 10, load: () => import("./mobile/CaptureView.vue") }] },
  },
} satisfies FeatureManifest;
