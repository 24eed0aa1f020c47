import type { FeatureManifest } from "@/shared/manifest";

export default {
  live: () => import("./live"),
} satisfies FeatureManifest;
