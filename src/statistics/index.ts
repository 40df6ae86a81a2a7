export { summarize, type GlucoseSummary, type SummaryOptions } from "./summarize.ts";
export { episodes, type Episode, type EpisodeKind } from "./episodes.ts";
export { profile, type ProfileHour, type ProfileOptions } from "./profile.ts";
export { PREGNANCY_RANGES, STANDARD_RANGES, type ByRange, type GlucoseRanges } from "./ranges.ts";
export {
  TARGETS,
  type Population,
  type PopulationTargets,
  type Target,
  type TargetedShare,
  type TargetResult,
} from "./targets.ts";
export type { EpisodeCount, EpisodesSummary } from "./episode-summary.ts";
export type { EpisodeEnd } from "./episode-runs.ts";
export type { GlucosePoint } from "../glucose/glucose-point.ts";
export type { GlycemiaRiskIndex, GriZone } from "./risk.ts";
export type { Measure, Missing, MissingReason } from "./measure.ts";
export type { Quantiles } from "./distribution.ts";
export type { StatisticsOptions } from "./options.ts";
