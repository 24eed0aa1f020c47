import type { FeatureManifest } from "@/shared/manifest";

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
          menu: { order: 20, icon: "documents", label: "menu.documents" },
        },
      },
      {
        path: "document-types",
        name: "pc.document-types",
        component: () => import("./pc/DocumentTypesPage.vue"),
        meta: {
          title: "documents.types.title",
          permissions: ["document_types:manage"],
          menu: { order: 30, icon: "types", label: "menu.document_types" },
        },
      },
    ],
    m: [
      {
        path: "customers/:customerId/capture/:typeCode",
        name: "m.customers.capture",
        component: () => import("./mobile/CaptureView.vue"),
        props: true,
        meta: { title: "documents.slot.camera", permissions: ["documents:upload"] },
      },
    ],
  },
  slots: {
    "customer.checklist": {
      pc: () => import("./pc/CustomerChecklist.vue"),
      m: () => import("./mobile/CustomerChecklist.vue"),
    },
  },
} satisfies FeatureManifest;
