import { useEventListener } from "@vueuse/core";
import { ref, watch, type Ref } from "vue";

import type { Rectangle } from "../model";
import type { Point } from "./zoom";

/** A slip of the hand is no rectangle: less than this of the page's width or height. */
const SMALLEST = 0.008;

interface Drawing {
  enabled: () => boolean;
  /** The place on the page under a pointer, in fractions of it. */
  fractionAt: (event: PointerEvent) => Point;
  onDrawn: (rectangle: Rectangle) => void;
}

function between(one: Point, other: Point): Rectangle {
  return {
    x: Math.min(one.x, other.x),
    y: Math.min(one.y, other.y),
    width: Math.abs(one.x - other.x),
    height: Math.abs(one.y - other.y),
  };
}

/** Drawing a rectangle on a page, from where a pointer is pressed to where it is let go. */
export function useRectangle(stage: Ref<HTMLElement | null>, { enabled, fractionAt, onDrawn }: Drawing) {
  const rectangle = ref<Rectangle | null>(null);
  let corner: Point | null = null;

  useEventListener(stage, "pointerdown", (event: PointerEvent) => {
    if (event.button !== 0 || !enabled()) return;
    stage.value?.setPointerCapture(event.pointerId);
    corner = fractionAt(event);
  });
  useEventListener(stage, "pointermove", (event: PointerEvent) => {
    if (corner) rectangle.value = between(corner, fractionAt(event));
  });
  useEventListener(stage, ["pointerup", "pointercancel"], (event: PointerEvent) => {
    const drawn = corner && between(corner, fractionAt(event));
    corner = rectangle.value = null;
    if (event.type === "pointerup" && drawn && drawn.width >= SMALLEST && drawn.height >= SMALLEST) onDrawn(drawn);
  });
  watch(enabled, () => {
    corner = rectangle.value = null;
  });

  return { rectangle };
}
