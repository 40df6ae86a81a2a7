import { ArgumentError } from "../errors.ts";
import { HIGH_MG_DL, LOW_MG_DL } from "../glucose/glucose.ts";
import type { GlucosePoint } from "../glucose/glucose-point.ts";
import { measureCoverage } from "./coverage.ts";
import { Distribution, mapQuantiles, type Quantiles } from "./distribution.ts";
import { summarizeEpisodes, type EpisodesSummary } from "./episode-summary.ts";
import { gmiMmolMol, gmiPercent } from "./gmi.ts";
import { measure, type Measure, type Missing } from "./measure.ts";
import { checkOptions, type StatisticsOptions } from "./options.ts";
import {
  countByRange,
  percentByRange,
  PREGNANCY_RANGES,
  STANDARD_RANGES,
  tightRangePercent,
  type ByRange,
  type GlucoseRanges,
} from "./ranges.ts";
import { checkRequirements, completenessOf, type Requirements } from "./requirements.ts";
import { bloodGlucoseIndex, glycemiaRiskIndex, type GlycemiaRiskIndex } from "./risk.ts";
import { makeSeries, type Series } from "./series.ts";
import { compareTargets, TARGETS, type Population, type PopulationTargets, type TargetResult } from "./targets.ts";

const HOUR_MS = 3_600_000;

export interface SummaryOptions extends StatisticsOptions {
  /** Whose targets and ranges apply. @default "diabetes", which is type 1 and type 2 */
  readonly population?: Population | undefined;
}

/** Statistics of a window. Each figure says why it is missing if the readings can't support it. */
export interface GlucoseSummary {
  /** Readings in the window, one for each interval at most. */
  readonly readings: number;
  /** Readings that are LOW: 39 mg/dL or below, counted as 39. */
  readonly lowReadings: number;
  /** Readings that are HIGH: 401 mg/dL or above, counted as 401. */
  readonly highReadings: number;
  readonly from: Date | undefined;
  readonly to: Date | undefined;
  /** Time between two readings. */
  readonly intervalMs: Measure<number>;
  /** Readings times interval. */
  readonly recordedHours: Measure<number>;
  /** Recorded share of the window, 0 to 1. */
  readonly completeness: Measure<number>;
  /** The same for each quarter of the local day, from midnight; `null` if the window has no part of it. */
  readonly quarterCompleteness: Measure<readonly (number | null)[]>;
  /** Local dates with a reading. */
  readonly dates: Measure<number>;
  /** Readings in each range. */
  readonly counts: ByRange;
  /** Time in each range, in per cent of the readings. */
  readonly rangePercent: Measure<ByRange>;
  /** Time in tight range, 70 to 140 mg/dL. */
  readonly tightRangePercent: Measure<number>;
  readonly meanMgDl: Measure<number>;
  /** Standard deviation of a sample (n − 1). */
  readonly sdMgDl: Measure<number>;
  /** Coefficient of variation: SD / mean × 100. Stable up to 36 %. */
  readonly cvPercent: Measure<number>;
  /** 0.001 × (mean + SD)². */
  readonly jIndex: Measure<number>;
  readonly quantilesMgDl: Measure<Quantiles>;
  /** Glucose management indicator: 3.31 + 0.02392 × mean. No laboratory HbA1c, and often far from it. */
  readonly gmiPercent: Measure<number>;
  /** The same in the unit of the IFCC: 12.71 + 4.70587 × mean in mmol/L. */
  readonly gmiMmolMol: Measure<number>;
  /** Glycemia risk index, always by the standard ranges. */
  readonly gri: Measure<GlycemiaRiskIndex>;
  /** Low blood glucose index. */
  readonly lbgi: Measure<number>;
  /** High blood glucose index. */
  readonly hbgi: Measure<number>;
  readonly episodes: EpisodesSummary;
  /** The targets of the population, and whether they are met. */
  readonly targets: Measure<readonly TargetResult[]>;
}

/**
 * Sums up glucose readings: time in ranges, mean, variation, GMI, risk indices, episodes and targets.
 *
 * Readings come in any order. Those that come within 5/6 of the interval after another are left out. LOW and HIGH count
 * as 39 and 401 mg/dL. A figure that needs more data than there is says so instead: GMI, for example, needs readings on
 * 14 dates. Not for treatment decisions.
 *
 * @throws {ArgumentError} If an option or a reading is invalid.
 *
 * @example
 * ```ts
 * import { summarize } from "dexcom-share-ts/statistics";
 * const { meanMgDl, gmiPercent } = summarize(await dexcom.getGlucoseReadings());
 * console.log(meanMgDl.value?.toFixed(0) ?? "too few readings");
 * if (gmiPercent.missing) console.log(`No GMI: ${gmiPercent.missing}, ${gmiPercent.have} of ${gmiPercent.need}`);
 * ```
 */
export function summarize(points: Iterable<GlucosePoint>, options: SummaryOptions = {}): GlucoseSummary {
  const checked = checkOptions(options, ["population"]);
  const population = targetsOf(options.population);
  const { ranges = population.ranges } = options;
  const series = makeSeries(points, checked);
  const values = new Distribution();
  values.addAll(series.values, 0, series.length);
  const coverage = measureCoverage(series, checked.offsetAt);
  const needs = checkRequirements(series, coverage);
  return {
    ...extentOf(series, needs),
    quarterCompleteness: measure(needs.extent ?? coverage.missing, () => coverage.quarters),
    dates: measure(coverage.missing, () => coverage.dates),
    ...inRanges(values, needs, { ranges, population }),
    ...ofValues(values, needs, ranges === PREGNANCY_RANGES ? rangesDiffer(ranges, STANDARD_RANGES) : undefined),
    episodes: summarizeEpisodes(series, ranges, needs.weekly),
  };
}

function targetsOf(population: Population = "diabetes"): PopulationTargets {
  if (Object.hasOwn(TARGETS, population)) return TARGETS[population];
  throw new ArgumentError(`population must be ${Object.keys(TARGETS).join(", ")}`);
}

function rangesDiffer(ranges: GlucoseRanges, expected: GlucoseRanges): Missing {
  return { missing: "ranges", have: ranges.highAbove, need: expected.highAbove };
}

function extentOf(series: Series, { extent }: Requirements) {
  const { length, intervalMs, from, to } = series;
  return {
    readings: length,
    from: from === undefined ? undefined : new Date(from),
    to: to === undefined ? undefined : new Date(to),
    intervalMs: measure(extent, () => intervalMs),
    recordedHours: measure(extent, () => (length * intervalMs) / HOUR_MS),
    completeness: measure(extent, () => completenessOf(series)),
  };
}

function inRanges(
  values: Distribution,
  { basic, gmi }: Requirements,
  { ranges, population }: { readonly ranges: GlucoseRanges; readonly population: PopulationTargets },
) {
  const counts = countByRange(values, ranges);
  const shares = (): ByRange => percentByRange(counts, values.total);
  const other = ranges === population.ranges ? undefined : rangesDiffer(ranges, population.ranges);
  return {
    lowReadings: values.count((value) => value <= LOW_MG_DL),
    highReadings: values.count((value) => value >= HIGH_MG_DL),
    counts,
    rangePercent: measure(basic, shares),
    tightRangePercent: measure(basic, () => tightRangePercent(values)),
    targets: measure(other ?? gmi, () => compareTargets(population.targets, shares())),
  };
}

function ofValues(values: Distribution, { basic, spread, risk, gmi }: Requirements, pregnancy: Missing | undefined) {
  return {
    meanMgDl: measure(basic, () => values.mean),
    sdMgDl: measure(spread, () => values.sd),
    cvPercent: measure(spread, () => (100 * values.sd) / values.mean),
    jIndex: measure(spread, () => 0.001 * (values.mean + values.sd) ** 2),
    quantilesMgDl: measure(basic, () => mapQuantiles((share) => values.quantile(share))),
    gmiPercent: measure(pregnancy ?? gmi, () => gmiPercent(values.mean)),
    gmiMmolMol: measure(pregnancy ?? gmi, () => gmiMmolMol(values.mean)),
    gri: measure(pregnancy ?? risk, () => glycemiaRiskIndex(values)),
    lbgi: measure(risk, () => bloodGlucoseIndex(values, "low")),
    hbgi: measure(risk, () => bloodGlucoseIndex(values, "high")),
  };
}
