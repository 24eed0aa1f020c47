import type { FeatureManifest } from "@/shared/manifest";

const history = { name: "history", order: 90, label: "tabs.history" } as const;

export default {
  messages: ["customers", "documents", "uploads"],
  routes: {
    m: [
      {
        path: "customers/:customerId/capture/:typeCode",
        name: "m.customers.capture",
        component: () => import("./mobile/CapturePage.vue"),
        props: true,
        meta: { title: "documents.slot.camera", permissions: ["customers:read", "documents:upload"] },
      },
    ],
  },
  slots: {
    "customer.tabs": {
      pc: [{ ...history, load: () => import("./pc/CaseHistory.vue") }],
      m: [{ ...history, load: () => import("./mobile/CaseHistory.vue") }],
    },
    "customer.case": {
      pc: [{ name: "case", order: 10, load: () => import("./pc/CaseHead.vue") }],
      m: [{ name: "case", order: 10, load: () => import("./mobile/CaseHead.vue") }],
    },
    "review.decision": {
      pc: [{ name: "case", order: 10, permissions: ["cases:review"], load: () => import("./pc/CaseDecision.vue") }],
      m: [{ name: "case", order: 10, permissions: ["cases:review"], load: () => import("./mobile/CaseDecision.vue") }],
    },
    "customer.actions": {
      pc: [{ name: "cases", order: 10, load: () => import("./pc/CaseActions.vue") }],
      m: [{ name: "cases", order: 10, load: () => import("./mobile/CaseActions.vue") }],
    },
  },
} satisfies FeatureManifest;
