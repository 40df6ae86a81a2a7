/** Room of each part of a picture, in characters. */
export interface Layout {
  /** Labels and axis on the left; 0 if the picture is too narrow for them. */
  readonly left: number;
  readonly columns: number;
  /** Rows of figures, without the lanes. 0 if there is room for the head alone. */
  readonly rows: number;
  /** HIGH and LOW have rows of their own. Without, their marks are in the first and the last row. */
  readonly hasLanes: boolean;
  /** The newest figure is repeated beside its row. */
  readonly hasBeside: boolean;
  readonly hasTimeAxis: boolean;
  readonly hasTimeLabels: boolean;
}

/** `"HIGH ┤"`, `"22.2 ┤"` */
const AXIS_WIDTH = 6;
const MIN_WIDTH_WITH_AXIS = 16;
const MIN_WIDTH_WITH_BESIDE = 40;
const MIN_ROWS_WITH_LANES = 3;

/** Divides a picture. What a small one has no room for is left out, the least important first. */
export function makeLayout(
  { width, height }: { readonly width: number; readonly height: number },
  { laneCount, besideWidth }: { readonly laneCount: number; readonly besideWidth: number },
): Layout {
  const left = width >= MIN_WIDTH_WITH_AXIS ? AXIS_WIDTH : 0;
  const hasBeside = width >= MIN_WIDTH_WITH_BESIDE;
  const hasTimeAxis = height >= 7;
  const hasTimeLabels = height >= 4;
  const room = height - 1 - Number(hasTimeAxis) - Number(hasTimeLabels);
  const hasLanes = laneCount > 0 && room - laneCount >= MIN_ROWS_WITH_LANES;
  return {
    left,
    columns: Math.max(1, width - left - (hasBeside ? besideWidth + 1 : 0)),
    rows: hasLanes ? room - laneCount : room,
    hasLanes,
    hasBeside,
    hasTimeAxis,
    hasTimeLabels,
  };
}
