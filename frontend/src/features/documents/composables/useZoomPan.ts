import { useElementSize, useEventListener } from "@vueuse/core";
import { computed, ref, watch, type Ref } from "vue";

import {
  clamp,
  fitScale,
  fitWidth,
  FITTED,
  MAX_ZOOM,
  MIN_ZOOM,
  quarterTurn,
  toFraction,
  toTransform,
  zoomAt,
  type Placement,
  type Point,
  type Size,
} from "./zoom";

const STEP = 1.4;
const CLOSE_LOOK = 2.5;
/** Milliseconds and pixels within which two taps are one double tap. */
const DOUBLE_TAP = { time: 300, distance: 30 };
const SWIPE_DISTANCE = 60;

interface Gestures {
  /** A sideways swipe over a picture that is not zoomed: 1 asks for what comes next, -1 for what came before. */
  onSwipe: (step: 1 | -1) => void;
  /** While true, presses belong to somebody else: a rectangle is being drawn. */
  paused?: () => boolean;
}

/** Wheel, drag, pinch, double tap and swipe on a stage that shows one picture; mouse, pen and touch alike. */
export function useZoomPan(stage: Ref<HTMLElement | null>, picture: Ref<Size>, { onSwipe, paused }: Gestures) {
  const room = useElementSize(stage);
  const stageSize = computed<Size>(() => ({ width: room.width.value, height: room.height.value }));
  const placement = ref<Placement>(FITTED);
  const pointers = new Map<number, Point>();
  let pressedAt: Point | null = null;
  let lastTap: (Point & { time: number }) | null = null;
  let pinched = false;

  const transform = computed(() => toTransform(placement.value, stageSize.value, picture.value));
  const percentage = computed(() => Math.round(placement.value.zoom * 100));

  function place(next: Placement) {
    placement.value = clamp(next, stageSize.value, picture.value);
  }

  function zoomBy(factor: number, focus: Point = { x: 0, y: 0 }) {
    place(zoomAt(placement.value, factor, focus));
  }

  function fromCentre(event: { clientX: number; clientY: number }): Point {
    const box = stage.value?.getBoundingClientRect();
    if (!box) return { x: 0, y: 0 };
    return { x: event.clientX - box.left - box.width / 2, y: event.clientY - box.top - box.height / 2 };
  }

  function middleAndSpread(): { middle: Point; spread: number } | null {
    const [one, other] = [...pointers.values()];
    if (!one || !other) return null;
    return {
      middle: { x: (one.x + other.x) / 2, y: (one.y + other.y) / 2 },
      spread: Math.hypot(one.x - other.x, one.y - other.y),
    };
  }

  function onPointerDown(event: PointerEvent) {
    if (event.button !== 0 || paused?.()) return;
    const point = fromCentre(event);
    stage.value?.setPointerCapture(event.pointerId);
    pointers.set(event.pointerId, point);
    if (pointers.size === 1) {
      pressedAt = point;
      pinched = false;
    } else pinched = true;
  }

  function onPointerMove(event: PointerEvent) {
    const before = pointers.get(event.pointerId);
    if (!before) return;
    const point = fromCentre(event);
    const pinchBefore = middleAndSpread();
    pointers.set(event.pointerId, point);
    const pinch = middleAndSpread();
    if (pinch && pinchBefore && pinchBefore.spread > 0) {
      const zoomed = zoomAt(placement.value, pinch.spread / pinchBefore.spread, pinchBefore.middle);
      place({
        ...zoomed,
        x: zoomed.x + pinch.middle.x - pinchBefore.middle.x,
        y: zoomed.y + pinch.middle.y - pinchBefore.middle.y,
      });
    } else if (placement.value.zoom > 1) {
      place({ ...placement.value, x: placement.value.x + point.x - before.x, y: placement.value.y + point.y - before.y });
    }
  }

  function onPointerUp(event: PointerEvent) {
    if (!pointers.delete(event.pointerId) || pointers.size > 0 || pressedAt === null) return;
    const point = fromCentre(event);
    const moved = { x: point.x - pressedAt.x, y: point.y - pressedAt.y };
    pressedAt = null;
    if (pinched || event.type === "pointercancel") return;
    if (Math.hypot(moved.x, moved.y) < 10) tap(point, event.timeStamp);
    else if (placement.value.zoom === 1 && Math.abs(moved.x) > SWIPE_DISTANCE && Math.abs(moved.x) > 2 * Math.abs(moved.y)) {
      onSwipe(moved.x < 0 ? 1 : -1);
    }
  }

  function tap(point: Point, time: number) {
    const double =
      lastTap !== null &&
      time - lastTap.time < DOUBLE_TAP.time &&
      Math.hypot(point.x - lastTap.x, point.y - lastTap.y) < DOUBLE_TAP.distance;
    lastTap = double ? null : { ...point, time };
    if (double) zoomBy((placement.value.zoom > 1 ? 1 : CLOSE_LOOK) / placement.value.zoom, point);
  }

  useEventListener(stage, "pointerdown", onPointerDown);
  useEventListener(stage, "pointermove", onPointerMove);
  useEventListener(stage, ["pointerup", "pointercancel"], onPointerUp);
  useEventListener(
    stage,
    "wheel",
    (event: WheelEvent) => {
      event.preventDefault();
      zoomBy(Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.0015)), fromCentre(event));
    },
    { passive: false },
  );
  watch([stageSize, picture], () => {
    place(placement.value);
  });

  return {
    transform,
    /** CSS pixels per picture pixel, to draw lines above the picture that do not grow with it. */
    scale: computed(() => fitScale(stageSize.value, picture.value, placement.value.turns) * placement.value.zoom),
    placement,
    fractionAt: (event: { clientX: number; clientY: number }) =>
      toFraction(fromCentre(event), placement.value, stageSize.value, picture.value),
    percentage,
    canZoomIn: computed(() => placement.value.zoom < MAX_ZOOM),
    canZoomOut: computed(() => placement.value.zoom > MIN_ZOOM),
    zoomIn: () => {
      zoomBy(STEP);
    },
    zoomOut: () => {
      zoomBy(1 / STEP);
    },
    fit: () => {
      place({ ...FITTED, turns: placement.value.turns });
    },
    fitWidth: () => {
      placement.value = fitWidth(placement.value, stageSize.value, picture.value);
    },
    rotate: () => {
      place(quarterTurn(placement.value));
    },
    /** Shows what comes next as it was left, or whole. */
    restore: (left: Placement = FITTED) => {
      placement.value = left;
    },
  };
}
