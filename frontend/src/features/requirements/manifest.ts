import type { FeatureManifest } from "@/shared/manifest";

export default {} satisfies FeatureManifest;
