import type { GlucosePoint } from "../glucose/glucose-point.ts";
import { findRuns, type EpisodeEnd, type EpisodeRules } from "./episode-runs.ts";
import { measure, type Measure } from "./measure.ts";
import { checkOptions, type StatisticsOptions } from "./options.ts";
import { STANDARD_RANGES, type GlucoseRanges } from "./ranges.ts";
import { makeSeries, type Series } from "./series.ts";

const MINUTE_MS = 60_000;
const BEGIN_MS = 15 * MINUTE_MS;
const EXTENDED_MS = 120 * MINUTE_MS;
const EXTENDED_HIGH_MS = 90 * MINUTE_MS;
/** Kind of an episode. Level 2 and extended episodes lie within one of level 1. */
export type EpisodeKind = "low" | "veryLow" | "extendedLow" | "high" | "veryHigh" | "extendedHigh";

/** Time that was spent low or high. */
export interface Episode {
  readonly kind: EpisodeKind;
  /** First reading beyond the limit. */
  readonly start: Date;
  /** One interval after the last reading beyond the limit. */
  readonly end: Date;
  /** Readings times interval: a gap within the episode does not count. */
  readonly durationMinutes: number;
  /** Readings from the first to the last beyond the limit. */
  readonly readings: number;
  /** Lowest value of a low, highest of a high, in mg/dL. */
  readonly extremeMgDl: number;
  /** `"end"`: it was still going on. */
  readonly endedBy: EpisodeEnd;
}

/**
 * Finds the episodes of low and high glucose, by the consensus of 2023 (doi 10.1016/S2213-8587(22)00319-9).
 *
 * An episode begins with 15 minutes of readings beyond the limit and ends with 15 minutes back. The recovery does not
 * count. A gap of at most 45 minutes neither adds nor ends; a longer one ends the episode. Nothing is interpolated.
 *
 * - `low` below 70 mg/dL and, as a part of it, `veryLow` below 54 mg/dL.
 * - `extendedLow`: more than 120 minutes of readings below 70 mg/dL without a break.
 * - `high` above 180 mg/dL and, as a part of it, `veryHigh` above 250 mg/dL.
 * - `extendedHigh`: 90 of 120 minutes above 250 mg/dL, until 15 minutes at 180 mg/dL or below.
 *
 * @returns The episodes by start, or the reason why they are missing.
 * @throws {ArgumentError} If an option or a reading is invalid.
 *
 * @example
 * ```ts
 * import { episodes } from "dexcom-share-ts/statistics";
 * const { value = [] } = episodes(await dexcom.getGlucoseReadings());
 * for (const { kind, start, durationMinutes } of value) console.log(start.toISOString(), kind, `${durationMinutes} min`);
 * ```
 */
export function episodes(points: Iterable<GlucosePoint>, options: StatisticsOptions = {}): Measure<Episode[]> {
  const series = makeSeries(points, checkOptions(options));
  return measure(series.mixed, () => findEpisodes(series, options.ranges));
}

/** Finds the episodes of a series, by start. */
export function findEpisodes(series: Series, ranges: GlucoseRanges = STANDARD_RANGES): Episode[] {
  const { intervalMs, times, values } = series;
  const found = Object.entries(rulesOf(intervalMs, ranges)).flatMap(([kind, rules]) =>
    findRuns(series, rules).map(({ first, last, endedBy }): Episode => {
      const readings = last - first + 1;
      let extreme = -Infinity;
      for (let i = first; i <= last; i++) extreme = Math.max(extreme, rules.side * values[i]!);
      return {
        kind: kind as EpisodeKind,
        start: new Date(times[first]!),
        end: new Date(times[last]! + intervalMs),
        durationMinutes: (readings * intervalMs) / MINUTE_MS,
        readings,
        extremeMgDl: rules.side * extreme,
        endedBy,
      };
    }),
  );
  return found.sort((a, b) => a.start.getTime() - b.start.getTime());
}

function rulesOf(intervalMs: number, ranges: GlucoseRanges): Partial<Record<EpisodeKind, EpisodeRules>> {
  const { veryLowBelow, lowBelow, highAbove, veryHighAbove } = ranges;
  const readingsIn = (ms: number): number => Math.ceil(ms / intervalMs);
  const recoveryReadings = readingsIn(BEGIN_MS);
  const rule = (side: 1 | -1, mgDl: number, minReadings = recoveryReadings): EpisodeRules => {
    const limit = side * mgDl;
    return { side, limit, trigger: limit, minReadings, windowReadings: minReadings, recoveryReadings };
  };
  return {
    low: rule(-1, lowBelow),
    veryLow: rule(-1, veryLowBelow),
    extendedLow: rule(-1, lowBelow, Math.floor(EXTENDED_MS / intervalMs) + 1),
    high: rule(1, highAbove),
    ...(veryHighAbove !== undefined && {
      veryHigh: rule(1, veryHighAbove),
      extendedHigh: {
        ...rule(1, highAbove, readingsIn(EXTENDED_HIGH_MS)),
        trigger: veryHighAbove,
        windowReadings: readingsIn(EXTENDED_MS),
      },
    }),
  };
}
