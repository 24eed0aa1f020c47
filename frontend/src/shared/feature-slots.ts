import { defineAsyncComponent, type Component } from "vue";

import type { FeatureManifest, SlotName, Ui } from "./manifest";

const filled = new Map<string, Component>();

/** Takes over the slots of every manifest; called once by the wiring in app/. */
export function fillSlots(manifests: FeatureManifest[]): void {
  for (const manifest of manifests) {
    for (const [slot, byUi] of Object.entries(manifest.slots ?? {})) {
      for (const [ui, loader] of Object.entries(byUi)) {
        filled.set(`${ui}:${slot}`, defineAsyncComponent(loader));
      }
    }
  }
}

/** The component that fills a slot in one interface; null when no feature does. */
export function featureSlot(ui: Ui, slot: SlotName): Component | null {
  return filled.get(`${ui}:${slot}`) ?? null;
}
