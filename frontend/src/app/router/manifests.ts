import type { RouteRecordRaw } from "vue-router";

import type { FeatureManifest, Ui } from "@/shared/manifest";

const found = import.meta.glob<FeatureManifest>("../../features/*/manifest.ts", {
  eager: true,
  import: "default",
});

export const manifests: FeatureManifest[] = Object.values(found);

export function routesOf(ui: Ui): RouteRecordRaw[] {
  return manifests.flatMap((manifest) => manifest.routes?.[ui] ?? []);
}
