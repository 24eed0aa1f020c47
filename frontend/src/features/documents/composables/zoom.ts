export const MIN_ZOOM = 1;
export const MAX_ZOOM = 6;

export interface Size {
  width: number;
  height: number;
}

export interface Point {
  x: number;
  y: number;
}

/** How a picture lies on its stage; `x` and `y` move its centre from the stage's centre, in CSS pixels. */
export interface Placement extends Point {
  /** 1 shows the whole picture. */
  zoom: number;
  /** Clockwise quarter turns, 0 to 3. */
  turns: number;
}

export const FITTED: Placement = { x: 0, y: 0, zoom: 1, turns: 0 };

function turned(size: Size, turns: number): Size {
  return turns % 2 === 0 ? size : { width: size.height, height: size.width };
}

/** CSS pixels per picture pixel that show the whole turned picture; small pictures are not blown up beyond twice. */
export function fitScale(stage: Size, picture: Size, turns: number): number {
  const { width, height } = turned(picture, turns);
  if (width === 0 || height === 0) return 1;
  return Math.min(stage.width / width, stage.height / height, 2);
}

/** Keeps the picture's edge from being dragged inside the stage, and a picture smaller than the stage centred. */
export function clamp(placement: Placement, stage: Size, picture: Size): Placement {
  const scale = fitScale(stage, picture, placement.turns) * placement.zoom;
  const { width, height } = turned(picture, placement.turns);
  const reach = (content: number, room: number) => Math.max(0, (content * scale - room) / 2);
  const within = (value: number, limit: number) => Math.min(limit, Math.max(-limit, value)) || 0;
  return {
    ...placement,
    x: within(placement.x, reach(width, stage.width)),
    y: within(placement.y, reach(height, stage.height)),
  };
}

/** Zooms by `factor` so that what lies under `focus` (from the stage's centre) stays under it. */
export function zoomAt(placement: Placement, factor: number, focus: Point): Placement {
  const zoom = Math.min(MAX_ZOOM, Math.max(MIN_ZOOM, placement.zoom * factor));
  const ratio = zoom / placement.zoom;
  return {
    ...placement,
    zoom,
    x: focus.x - (focus.x - placement.x) * ratio,
    y: focus.y - (focus.y - placement.y) * ratio,
  };
}

/** As wide as the stage, from the top of the page; a picture that is wide already shows whole. */
export function fitWidth(placement: Placement, stage: Size, picture: Size): Placement {
  const { width } = turned(picture, placement.turns);
  if (width === 0) return placement;
  const zoom = Math.min(MAX_ZOOM, Math.max(MIN_ZOOM, stage.width / width / fitScale(stage, picture, placement.turns)));
  return clamp({ ...placement, zoom, x: 0, y: Number.MAX_SAFE_INTEGER }, stage, picture);
}

/** The place on the upright page, in fractions of it, that lies under a point (from the stage's centre). */
export function toFraction(point: Point, placement: Placement, stage: Size, picture: Size): Point {
  const scale = fitScale(stage, picture, placement.turns) * placement.zoom;
  let [x, y] = [point.x - placement.x, point.y - placement.y];
  for (let turn = 0; turn < placement.turns; turn += 1) [x, y] = [y, -x];
  const within = (value: number, size: number) => Math.min(1, Math.max(0, value / scale / size + 0.5));
  return { x: within(x, picture.width), y: within(y, picture.height) };
}

/** A quarter turn clockwise, back to the whole picture. */
export function quarterTurn(placement: Placement): Placement {
  return { ...FITTED, turns: (placement.turns + 1) % 4 };
}

export function toTransform(placement: Placement, stage: Size, picture: Size): string {
  const scale = fitScale(stage, picture, placement.turns) * placement.zoom;
  return `translate(-50%, -50%) translate(${placement.x}px, ${placement.y}px) rotate(${placement.turns * 90}deg) scale(${scale})`;
}
