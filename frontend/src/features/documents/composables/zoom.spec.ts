import { describe, expect, it } from "vitest";

import { clamp, fitScale, fitWidth, FITTED, MAX_ZOOM, quarterTurn, toFraction, toTransform, zoomAt } from "./zoom";

const stage = { width: 800, height: 600 };
const wide = { width: 1600, height: 600 };

describe("fitScale", () => {
  it("shows the whole picture, also when it lies on its side", () => {
    expect(fitScale(stage, wide, 0)).toBe(0.5);
    expect(fitScale(stage, wide, 1)).toBe(0.375);
    expect(fitScale(stage, wide, 2)).toBe(0.5);
  });

  it("does not blow up a stamp-sized picture, nor fail before the picture is there", () => {
    expect(fitScale(stage, { width: 10, height: 10 }, 0)).toBe(2);
    expect(fitScale(stage, { width: 0, height: 0 }, 0)).toBe(1);
  });
});

describe("zoomAt", () => {
  it("keeps the point under the pointer", () => {
    const before = { ...FITTED, zoom: 2, x: 30, y: -10 };
    const focus = { x: 100, y: 40 };
    const after = zoomAt(before, 1.5, focus);
    const pointIn = (p: typeof before) => ({ x: (focus.x - p.x) / p.zoom, y: (focus.y - p.y) / p.zoom });
    expect(pointIn(after).x).toBeCloseTo(pointIn(before).x);
    expect(pointIn(after).y).toBeCloseTo(pointIn(before).y);
    expect(after.zoom).toBe(3);
  });

  it("stays between once and six times", () => {
    expect(zoomAt(FITTED, 100, { x: 0, y: 0 }).zoom).toBe(MAX_ZOOM);
    expect(zoomAt(FITTED, 0.01, { x: 0, y: 0 }).zoom).toBe(1);
  });
});

describe("clamp", () => {
  it("centres a picture that is smaller than the stage", () => {
    expect(clamp({ ...FITTED, x: 50, y: 50 }, stage, wide)).toEqual(FITTED);
  });

  it("lets a zoomed picture be dragged to its edges and no further", () => {
    const dragged = clamp({ ...FITTED, zoom: 2, x: 5000, y: -5000 }, stage, wide);
    expect(dragged).toMatchObject({ x: 400, y: 0 });
    expect(clamp({ ...FITTED, zoom: 4, x: 0, y: -5000 }, stage, wide).y).toBe(-300);
  });

  it("knows that a turned picture is tall", () => {
    expect(clamp({ ...FITTED, turns: 1, zoom: 2, x: 5000, y: 5000 }, stage, wide)).toMatchObject({ x: 0, y: 300 });
  });
});

describe("quarterTurn", () => {
  it("comes back after four, and shows the whole picture each time", () => {
    let placement = { ...FITTED, zoom: 3, x: 10, y: 10 };
    const turns = [];
    for (let step = 0; step < 4; step += 1) {
      placement = quarterTurn(placement);
      turns.push(placement.turns);
      expect(placement).toMatchObject({ x: 0, y: 0, zoom: 1 });
    }
    expect(turns).toEqual([1, 2, 3, 0]);
  });
});

it("writes the transform around the centre", () => {
  expect(toTransform({ x: 5, y: 6, zoom: 2, turns: 1 }, stage, wide)).toBe(
    "translate(-50%, -50%) translate(5px, 6px) rotate(90deg) scale(0.75)",
  );
});

describe("fitWidth", () => {
  const tall = { width: 600, height: 1800 };

  it("fills the stage from side to side and begins at the top of the page", () => {
    const fitted = fitWidth(FITTED, stage, tall);
    expect(fitScale(stage, tall, 0) * fitted.zoom * tall.width).toBeCloseTo(stage.width);
    expect(toFraction({ x: 0, y: -stage.height / 2 }, fitted, stage, tall)).toEqual({ x: 0.5, y: 0 });
  });

  it("leaves a wide page whole", () => {
    expect(fitWidth(FITTED, stage, wide)).toEqual(FITTED);
  });
});

describe("toFraction", () => {
  it("finds the place on the upright page however it is turned", () => {
    const picture = { width: 400, height: 200 };
    const scale = (turns: number) => fitScale(stage, picture, turns);
    // A quarter to the right of the page's middle, as it lies after none, one, two and three quarter turns.
    const points = [
      { x: 100 * scale(0), y: 0 },
      { x: 0, y: 100 * scale(1) },
      { x: -100 * scale(2), y: 0 },
      { x: 0, y: -100 * scale(3) },
    ];
    for (const [turns, point] of points.entries()) {
      const place = toFraction(point, { ...FITTED, turns }, stage, picture);
      expect(place.x).toBeCloseTo(0.75);
      expect(place.y).toBeCloseTo(0.5);
    }
  });

  it("stays on the page", () => {
    expect(toFraction({ x: -900, y: 900 }, FITTED, stage, wide)).toEqual({ x: 0, y: 1 });
  });
});
