import { beforeEach, describe, expect, it, vi } from "vitest";
import { ref } from "vue";

import { runInApp } from "@/shared/testing/run-in-app";

import { useZoomPan } from "./useZoomPan";

vi.mock("@vueuse/core", async (original) => ({
  ...((await original()) as object),
  useElementSize: () => ({ width: ref(800), height: ref(600) }),
}));

const onSwipe = vi.fn();
let stage: HTMLElement;
let view: ReturnType<typeof useZoomPan>;
let clock = 0;

function pointer(type: string, x: number, y: number, pointerId = 1) {
  const event = new Event(type, { bubbles: true });
  Object.defineProperty(event, "timeStamp", { value: (clock += 20) });
  stage.dispatchEvent(Object.assign(event, { button: 0, clientX: x, clientY: y, pointerId }));
}

function drag(from: [number, number], to: [number, number]) {
  pointer("pointerdown", ...from);
  pointer("pointermove", ...to);
  pointer("pointerup", ...to);
}

function tap(x: number, y: number) {
  pointer("pointerdown", x, y);
  pointer("pointerup", x, y);
}

beforeEach(async () => {
  onSwipe.mockReset();
  stage = document.createElement("div");
  stage.setPointerCapture = () => undefined;
  vi.spyOn(stage, "getBoundingClientRect").mockReturnValue({ left: 0, top: 0, width: 800, height: 600 } as DOMRect);
  const picture = ref({ width: 800, height: 600 });
  view = (await runInApp(() => useZoomPan(ref(stage), picture, { onSwipe }))).result;
});

describe("useZoomPan", () => {
  it("zooms with the wheel and says how far it can still go", () => {
    expect(view.canZoomOut.value).toBe(false);
    const wheel = Object.assign(new Event("wheel", { cancelable: true }), { deltaY: -400, clientX: 400, clientY: 300 });
    stage.dispatchEvent(wheel);
    expect(view.percentage.value).toBe(182);
    expect(wheel.defaultPrevented).toBe(true);
    for (let step = 0; step < 9; step += 1) view.zoomIn();
    expect(view.percentage.value).toBe(600);
    expect(view.canZoomIn.value).toBe(false);
    view.fit();
    expect(view.percentage.value).toBe(100);
  });

  it("asks for the next or previous page when the whole picture is swiped aside", () => {
    drag([600, 300], [200, 320]);
    expect(onSwipe).toHaveBeenLastCalledWith(1);
    drag([200, 300], [600, 320]);
    expect(onSwipe).toHaveBeenLastCalledWith(-1);
    drag([400, 100], [480, 500]);
    expect(onSwipe).toHaveBeenCalledTimes(2);
  });

  it("moves a zoomed picture instead", () => {
    view.zoomIn();
    drag([400, 300], [320, 300]);
    expect(onSwipe).not.toHaveBeenCalled();
    expect(view.transform.value).toContain("translate(-80px, 0px)");
  });

  it("looks closer at a double tap and steps back at the next", () => {
    tap(400, 300);
    tap(402, 301);
    expect(view.percentage.value).toBe(250);
    tap(400, 300);
    tap(400, 300);
    expect(view.percentage.value).toBe(100);
  });

  it("follows two fingers, and takes no swipe from them", () => {
    pointer("pointerdown", 350, 300, 1);
    pointer("pointerdown", 450, 300, 2);
    pointer("pointermove", 550, 300, 2);
    expect(view.percentage.value).toBe(200);
    pointer("pointermove", 150, 300, 1);
    pointer("pointerup", 150, 300, 1);
    pointer("pointerup", 550, 300, 2);
    expect(view.percentage.value).toBe(400);
    expect(onSwipe).not.toHaveBeenCalled();
  });

  it("turns by quarters", () => {
    view.rotate();
    expect(view.transform.value).toContain("rotate(90deg)");
    view.restore();
    expect(view.transform.value).toContain("rotate(0deg)");
  });
});
