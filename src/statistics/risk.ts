import type { Distribution } from "./distribution.ts";
import { percentByRange, STANDARD_RANGES } from "./ranges.ts";

/** Zone of the glycemia risk index: A is the lowest risk, E the highest. */
export type GriZone = "A" | "B" | "C" | "D" | "E";

/** Glycemia risk index. */
export interface GlycemiaRiskIndex {
  /** 0 to 100. */
  readonly score: number;
  /** A up to 20, B up to 40, C up to 60, D up to 80, else E. */
  readonly zone: GriZone;
}

const MAX_SCORE = 100;
const ZONE_WIDTH = 20;
const ZONES: readonly GriZone[] = ["A", "B", "C", "D", "E"];

/** min(100, 3.0 × very low + 2.4 × low + 1.6 × very high + 0.8 × high), in per cent: doi 10.1177/19322968221085273. */
export function glycemiaRiskIndex(values: Distribution): GlycemiaRiskIndex {
  const { veryLow, low, high, veryHigh } = percentByRange(values, STANDARD_RANGES);
  const score = Math.min(MAX_SCORE, 3 * veryLow + 2.4 * low + 1.6 * veryHigh! + 0.8 * high);
  return { score, zone: ZONES[Math.max(0, Math.ceil(score / ZONE_WIDTH) - 1)]! };
}

/** Values below it count for LBGI. Above it, those with a risk above 0 count for HBGI. */
const LOW_SIDE_BELOW = 112.5;

/**
 * Returns LBGI or HBGI: the mean of 22.77 × f² over all readings, with f = ln(g)^1.084 − 5.381 on the low or high side
 * and 0 on the other. Diabetes Care 1997, doi 10.2337/diacare.20.11.1655.
 */
export function bloodGlucoseIndex(values: Distribution, side: "low" | "high"): number {
  const sum = values.sum((value) => {
    const f = Math.log(value) ** 1.084 - 5.381;
    const isCounted = side === "low" ? value < LOW_SIDE_BELOW : f > 0;
    return isCounted ? f ** 2 : 0;
  });
  return (22.77 * sum) / values.total;
}
