import { computed, defineAsyncComponent, reactive, type Component, type ComputedRef } from "vue";

import type { FeatureManifest, PageAction, SlotFilling, SlotName } from "./manifest";
import { useSessionStore } from "./stores/session";
import type { Ui } from "./ui";

export interface SlotPiece extends SlotFilling {
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
  for (const filling of fillings) {
    if (pieces.some(({ name }) => name === filling.name)) throw new Error(`${place} has two pieces named ${filling.name}`);
    pieces.push({ ...filling, component: defineAsyncComponent(filling.load) });
  }
  filled.set(place, pieces.sort((one, other) => one.order - other.order));
}

/** All that features have put into a slot, in order. */
export function slotPieces(ui: Ui, slot: SlotName): readonly SlotPiece[] {
  return filled.get(`${ui}:${slot}`) ?? [];
}

/** What features have put into a slot, in order, as far as the person may see it. */
export function useSlotPieces(ui: Ui, slot: SlotName): ComputedRef<SlotPiece[]> {
  const session = useSessionStore();
  return computed(() =>
    slotPieces(ui, slot).filter(({ permissions = [] }) => permissions.every(session.can)),
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
