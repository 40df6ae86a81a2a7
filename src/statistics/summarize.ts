import { HIGH_MG_DL, LOW_MG_DL } from "../glucose/glucose.ts";
import type { GlucosePoint } from "../glucose/glucose-point.ts";
import { assertArgument } from "../validate.ts";
import { measureCoverage } from "./coverage.ts";
import { Distribution, type Quantiles } from "./distribution.ts";
import { summarizeEpisodes, type EpisodesSummary } from "./episode-summary.ts";
import { gmiMmolMol, gmiPercent } from "./gmi.ts";
import { measure, type Measure, type Missing } from "./measure.ts";
import type { StatisticsOptions } from "./options.ts";
import {
  countByRange,
  percentByRange,
  PREGNANCY_RANGES,
  STANDARD_RANGES,
  type ByRange,
  type GlucoseRanges,
} from "./ranges.ts";
import { checkRequirements } from "./requirements.ts";
import { bloodGlucoseIndex, glycemiaRiskIndex, type GlycemiaRiskIndex } from "./risk.ts";
import { makeSeries } from "./series.ts";
import { compareTargets, TARGETS, type Population, type TargetResult } from "./targets.ts";

const HOUR_MS = 3_600_000;
/** Upper limit of the tight range, 70 to 140 mg/dL. */
const TIGHT_HIGH_ABOVE = 140;

/** Options of `summarize()`. */
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
 * 14 dates. Don't base a treatment on these figures.
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
  const { population = "diabetes" } = options;
  assertArgument(Object.hasOwn(TARGETS, population), `population must be ${Object.keys(TARGETS).join(", ")}`);
  const { targets, ranges: usual } = TARGETS[population];
  const { ranges = usual } = options;
  const series = makeSeries(points, options, ["population"]);
  const { length, intervalMs, from, to, noLocalTime } = series;
  const values = new Distribution();
  values.add(series.values, 0, length);
  const coverage = measureCoverage(series);
  const { extent, basic, spread, risk, gmi, weekly } = checkRequirements(series, coverage);
  const pregnancy = ranges === PREGNANCY_RANGES ? rangesDiffer(ranges, STANDARD_RANGES) : undefined;
  const mean = values.sum((value) => value) / length;
  const sd = Math.sqrt(values.sum((value) => (value - mean) ** 2) / (length - 1));
  const shares = percentByRange(values, ranges);
  const isTight = (value: number): boolean => value >= STANDARD_RANGES.lowBelow && value <= TIGHT_HIGH_ABOVE;
  return {
    readings: length,
    lowReadings: values.count((value) => value === LOW_MG_DL),
    highReadings: values.count((value) => value === HIGH_MG_DL),
    from: from === undefined ? undefined : new Date(from),
    to: to === undefined ? undefined : new Date(to),
    intervalMs: measure(extent, intervalMs),
    recordedHours: measure(extent, (length * intervalMs) / HOUR_MS),
    completeness: measure(extent, coverage.completeness),
    quarterCompleteness: measure(extent ?? noLocalTime, coverage.quarters),
    dates: measure(noLocalTime, coverage.dates),
    counts: countByRange(values, ranges),
    rangePercent: measure(basic, shares),
    tightRangePercent: measure(basic, (100 * values.count(isTight)) / length),
    meanMgDl: measure(basic, mean),
    sdMgDl: measure(spread, sd),
    cvPercent: measure(spread, (100 * sd) / mean),
    jIndex: measure(spread, 0.001 * (mean + sd) ** 2),
    quantilesMgDl: measure(basic, values.quantiles),
    gmiPercent: measure(pregnancy ?? gmi, gmiPercent(mean)),
    gmiMmolMol: measure(pregnancy ?? gmi, gmiMmolMol(mean)),
    gri: measure(pregnancy ?? risk, glycemiaRiskIndex(values)),
    lbgi: measure(risk, bloodGlucoseIndex(values, "low")),
    hbgi: measure(risk, bloodGlucoseIndex(values, "high")),
    episodes: summarizeEpisodes(series, ranges, weekly),
    targets: measure(ranges === usual ? gmi : rangesDiffer(ranges, usual), compareTargets(targets, shares)),
  };
}

function rangesDiffer(ranges: GlucoseRanges, expected: GlucoseRanges): Missing {
  return { missing: "ranges", have: ranges.highAbove, need: expected.highAbove };
}
