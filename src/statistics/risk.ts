import type { Distribution } from "./distribution.ts";
import { countByRange, percentByRange, STANDARD_RANGES } from "./ranges.ts";

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
  const counts = countByRange(values, STANDARD_RANGES);
  const { veryLow, low, high, veryHigh } = percentByRange(counts, values.total);
  const score = Math.min(MAX_SCORE, 3 * veryLow + 2.4 * low + 1.6 * veryHigh! + 0.8 * high);
  return { score, zone: ZONES[Math.max(0, Math.ceil(score / ZONE_WIDTH) - 1)]! };
}

/** Glucose at which the risk is zero: values from here on count for HBGI, those below for LBGI. */
const ZERO_RISK_MG_DL = 112.5;

/**
 * Returns LBGI or HBGI: the mean of 22.77 × f² over all readings, with f = ln(g)^1.084 − 5.381 on the low or high side
 * and 0 on the other. Diabetes Care 1997, doi 10.2337/diacare.20.11.1655.
 */
export function bloodGlucoseIndex(values: Distribution, side: "low" | "high"): number {
  const risk = (value: number): number => {
    if (value < ZERO_RISK_MG_DL !== (side === "low")) return 0;
    const f = Math.log(value) ** 1.084 - 5.381;
    return 22.77 * (side === "low" ? Math.min(f, 0) : Math.max(f, 0)) ** 2;
  };
  return values.sum(risk) / values.total;
}
