import type { Component } from "vue";
import type { RouteRecordRaw } from "vue-router";

import { useMessages } from "@/shared/i18n";
import type { ComponentLoader, FeatureManifest } from "@/shared/manifest";
import type { Ui } from "@/shared/ui";

const found = import.meta.glob<FeatureManifest>("../../features/*/manifest.ts", {
  eager: true,
  import: "default",
});

/** A page or slot comes with the messages it shows. */
function withMessages(loader: ComponentLoader, bundles: string[]): ComponentLoader {
  return async () => {
    const [component] = await Promise.all([loader(), useMessages(bundles)]);
    return component;
  };
}

function isLoader(component: unknown): component is ComponentLoader {
  return typeof component === "function" && !("setup" in component);
}

function prepare(path: string, manifest: FeatureManifest): FeatureManifest {
  const name = path.split("/").at(-2) ?? "";
  const bundles = [name, ...(manifest.messages ?? [])];
  const route = (record: RouteRecordRaw): RouteRecordRaw =>
    isLoader(record.component)
      ? ({ ...record, component: withMessages(record.component, bundles) as () => Promise<Component> } as RouteRecordRaw)
      : record;
  return {
    ...manifest,
    routes: Object.fromEntries(
      Object.entries(manifest.routes ?? {}).map(([ui, records]) => [ui, records.map(route)]),
    ),
    slots: Object.fromEntries(
      Object.entries(manifest.slots ?? {}).map(([slot, byUi]) => [
        slot,
        Object.fromEntries(
          Object.entries(byUi).map(([ui, pieces]) => [
            ui,
            pieces.map((piece) => ({ ...piece, load: withMessages(piece.load, bundles) })),
          ]),
        ),
      ]),
    ),
  };
}

export const manifests: FeatureManifest[] = Object.entries(found).map(([path, manifest]) => prepare(path, manifest));

export function routesOf(ui: Ui): RouteRecordRaw[] {
  return manifests.flatMap((manifest) => manifest.routes?.[ui] ?? []);
}
