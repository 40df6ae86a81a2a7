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

/**
 * Counts the readings in each range.
 *
 * @param amount Converts each count.
 */
export function countByRange(
  values: Distribution,
  ranges: GlucoseRanges,
  amount = (count: number): number => count,
): ByRange {
  const { veryLowBelow, lowBelow, highAbove, veryHighAbove } = ranges;
  const veryLow = values.count((value) => value < veryLowBelow);
  const below = values.count((value) => value < lowBelow);
  const above = values.count((value) => value > highAbove);
  const veryHigh = veryHighAbove === undefined ? 0 : values.count((value) => value > veryHighAbove);
  return {
    veryLow: amount(veryLow),
    low: amount(below - veryLow),
    inRange: amount(values.total - below - above),
    high: amount(above - veryHigh),
    ...(veryHighAbove !== undefined && { veryHigh: amount(veryHigh) }),
  };
}

/** Returns the time in each range, in per cent of the readings. */
export function percentByRange(values: Distribution, ranges: GlucoseRanges): ByRange {
  return countByRange(values, ranges, (count) => (100 * count) / values.total);
}
