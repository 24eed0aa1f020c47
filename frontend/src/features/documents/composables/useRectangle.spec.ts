import { expect, it, vi } from "vitest";
import { ref } from "vue";

import { runInApp } from "@/shared/testing/run-in-app";

import { useRectangle } from "./useRectangle";

async function stage(enabled: boolean) {
  const element = document.createElement("div");
  element.setPointerCapture = () => undefined;
  const onDrawn = vi.fn();
  const fractionAt = ({ clientX, clientY }: { clientX: number; clientY: number }) => ({ x: clientX / 100, y: clientY / 100 });
  const { result } = await runInApp(() => useRectangle(ref(element), { enabled: () => enabled, fractionAt, onDrawn }));
  function pointer(type: string, clientX: number, clientY: number) {
    element.dispatchEvent(Object.assign(new Event(type), { button: 0, clientX, clientY, pointerId: 1 }));
  }
  return { result, onDrawn, pointer };
}

it("draws from where it is pressed to where it is let go, in whatever direction", async () => {
  const { result, onDrawn, pointer } = await stage(true);
  pointer("pointerdown", 50, 60);
  pointer("pointermove", 30, 20);
  expect(result.rectangle.value).toMatchObject({ x: 0.3, y: 0.2 });
  pointer("pointerup", 25, 10);
  expect(onDrawn).toHaveBeenCalledExactlyOnceWith({ x: 0.25, y: 0.1, width: 0.25, height: 0.5 });
  expect(result.rectangle.value).toBeNull();
});

it("takes a slip of the hand for none", async () => {
  const { onDrawn, pointer } = await stage(true);
  pointer("pointerdown", 50, 60);
  pointer("pointerup", 50.3, 80);
  expect(onDrawn).not.toHaveBeenCalled();
});

it("leaves presses alone while nothing is to be drawn", async () => {
  const { result, onDrawn, pointer } = await stage(false);
  pointer("pointerdown", 0, 0);
  pointer("pointermove", 50, 50);
  pointer("pointerup", 50, 50);
  expect([result.rectangle.value, onDrawn.mock.calls.length]).toEqual([null, 0]);
});
