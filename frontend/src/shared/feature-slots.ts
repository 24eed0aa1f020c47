import { computed, defineAsyncComponent, reactive, type Component, type ComputedRef } from "vue";

import type { FeatureManifest, PageAction, SlotFilling, SlotName } from "./manifest";
import { useSessionStore } from "./stores/session";
import type { Ui } from "./ui";

export interface SlotPiece extends Omit<SlotFilling, "load"> {
  component: Component;
}

const filled = new Map<string, SlotPiece[]>();

/** Takes over the slots of every manifest; called once by the wiring in app/. */
export function fillSlots(manifests: FeatureManifest[]): void {
  filled.clear();
  for (const manifest of manifests) {
    for (const [slot, byUi] of Object.entries(manifest.slots ?? {})) {
      for (const [ui, fillings] of Object.entries(byUi)) add(`${ui}:${slot}`, fillings);
    }
  }
}

function add(place: string, fillings: readonly SlotFilling[]): void {
  const pieces = filled.get(place) ?? [];
  for (const { load, ...rest } of fillings) {
    if (pieces.some((piece) => piece.name === rest.name)) throw new Error(`${place} has two pieces named ${rest.name}`);
    pieces.push({ ...rest, component: defineAsyncComponent(load) });
  }
  filled.set(place, pieces.sort((one, other) => one.order - other.order));
}

/** What features have put into a slot, in order, as far as the person may see it. */
export function useSlotPieces(ui: Ui, slot: SlotName): ComputedRef<SlotPiece[]> {
  const session = useSessionStore();
  return computed(() =>
    (filled.get(`${ui}:${slot}`) ?? []).filter(({ permissions = [] }) => permissions.every(session.can)),
  );
}

/**
 * The actions that the pieces of a slot contribute, in the order of the pieces.
 *
 * The page renders each piece, which shows nothing but its dialogs, and hands its event `actions` to `take`.
 */
export function useContributedActions(ui: Ui, slot: SlotName) {
  const pieces = useSlotPieces(ui, slot);
  const offered = reactive(new Map<string, PageAction[]>());
  return {
    pieces,
    actions: computed(() => pieces.value.flatMap((piece) => offered.get(piece.name) ?? [])),
    take: (name: string, actions: PageAction[]): void => {
      offered.set(name, actions);
    },
  };
}
