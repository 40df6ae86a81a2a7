import type { Distribution } from "./distribution.ts";

/** Limits of the glucose ranges, in mg/dL. The range from `lowBelow` to `highAbove` includes both. */
export interface GlucoseRanges {
  readonly veryLowBelow: number;
  readonly lowBelow: number;
  readonly highAbove: number;
  /** Absent if the ranges know no "very high". */
  readonly veryHighAbove?: number | undefined;
}

/** Ranges for type 1 and type 2 diabetes: Diabetes Care 2019, doi 10.2337/dci19-0028. */
export const STANDARD_RANGES: GlucoseRanges = { veryLowBelow: 54, lowBelow: 70, highAbove: 180, veryHighAbove: 250 };

/** Ranges in pregnancy: Diabetes Care 2019, doi 10.2337/dci19-0028. */
export const PREGNANCY_RANGES: GlucoseRanges = { veryLowBelow: 54, lowBelow: 63, highAbove: 140 };

/** Upper limit of the tight range, 70 to 140 mg/dL. */
const TIGHT_HIGH_ABOVE = 140;

/** Amounts by range, in readings or per cent. */
export interface ByRange {
  readonly veryLow: number;
  /** Below range, without what is very low. */
  readonly low: number;
  readonly inRange: number;
  /** Above range, without what is very high. */
  readonly high: number;
  /** Absent if the ranges know no "very high". */
  readonly veryHigh?: number;
}

/** Counts the readings in each range. */
export function countByRange(values: Distribution, ranges: GlucoseRanges): ByRange {
  const { veryLowBelow, lowBelow, highAbove, veryHighAbove } = ranges;
  const veryLow = values.count((value) => value < veryLowBelow);
  const low = values.count((value) => value < lowBelow) - veryLow;
  const above = values.count((value) => value > highAbove);
  const counts = { veryLow, low, inRange: values.total - veryLow - low - above };
  if (veryHighAbove === undefined) return { ...counts, high: above };
  const veryHigh = values.count((value) => value > veryHighAbove);
  return { ...counts, high: above - veryHigh, veryHigh };
}

/** Turns counts into per cent of `total`. */
export function percentByRange(counts: ByRange, total: number): ByRange {
  const shares = Object.entries(counts).map(([range, count]) => [range, percent(count as number, total)] as const);
  return Object.fromEntries(shares) as unknown as ByRange;
}

/** Returns the readings in the tight range, in per cent. */
export function tightRangePercent(values: Distribution): number {
  const isTight = (value: number): boolean => value >= STANDARD_RANGES.lowBelow && value <= TIGHT_HIGH_ABOVE;
  return percent(values.count(isTight), values.total);
}

function percent(count: number, total: number): number {
  return (100 * count) / total;
}
