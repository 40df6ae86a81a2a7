import { PREGNANCY_RANGES, STANDARD_RANGES, type ByRange, type GlucoseRanges } from "./ranges.ts";

/** Group of people for which the international consensus names targets. */
export type Population = "diabetes" | "older-or-high-risk" | "pregnancy";

/** Share that a target limits. `"below"` and `"above"` include the very low and the very high. */
export type TargetedShare = "inRange" | "below" | "veryLow" | "above" | "veryHigh";

/** Target of the consensus, such as in range > 70 %. */
export interface Target {
  readonly share: TargetedShare;
  readonly comparison: ">" | "<";
  readonly percent: number;
}

/** A target, and if it is met. */
export interface TargetResult extends Target {
  readonly actualPercent: number;
  readonly isMet: boolean;
}

/** Ranges and targets of a population. */
export interface PopulationTargets {
  readonly ranges: GlucoseRanges;
  readonly targets: readonly Target[];
}

function makeTargets(inRange: number, less: Partial<Record<Exclude<TargetedShare, "inRange">, number>>): Target[] {
  const limits = Object.entries(less) as [TargetedShare, number][];
  return [
    { share: "inRange", comparison: ">", percent: inRange },
    ...limits.map(([share, percent]): Target => ({ share, comparison: "<", percent })),
  ];
}

/**
 * Targets for type 1 and 2, for older people and those at high risk, and for pregnancy with type 1:
 * doi 10.2337/dci19-0028.
 */
export const TARGETS: Readonly<Record<Population, PopulationTargets>> = /* @__PURE__ */ (() => ({
  diabetes: { ranges: STANDARD_RANGES, targets: makeTargets(70, { below: 4, veryLow: 1, above: 25, veryHigh: 5 }) },
  "older-or-high-risk": { ranges: STANDARD_RANGES, targets: makeTargets(50, { below: 1, above: 50, veryHigh: 10 }) },
  pregnancy: { ranges: PREGNANCY_RANGES, targets: makeTargets(70, { below: 4, veryLow: 1, above: 25 }) },
}))();

/** Compares the shares, in per cent, with targets. */
export function compareTargets(targets: readonly Target[], shares: ByRange): TargetResult[] {
  const { veryLow, low, inRange, high, veryHigh = 0 } = shares;
  const actual = { inRange, veryLow, veryHigh, below: low + veryLow, above: high + veryHigh };
  return targets.map((target) => {
    const actualPercent = actual[target.share];
    const isMet = target.comparison === ">" ? actualPercent > target.percent : actualPercent < target.percent;
    return { ...target, actualPercent, isMet };
  });
}
