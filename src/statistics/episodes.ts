import type { GlucosePoint } from "../glucose/glucose-point.ts";
import { findRuns, splitAtGaps, type EpisodeEnd, type EpisodeRule, type Part, type Run } from "./episode-runs.ts";
import { measure, type Measure } from "./measure.ts";
import type { StatisticsOptions } from "./options.ts";
import { STANDARD_RANGES, type GlucoseRanges } from "./ranges.ts";
import { makeSeries, type Series } from "./series.ts";

const MINUTE_MS = 60_000;

/** Kind of an episode. Level 2 and extended episodes are within one of level 1. */
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
  const series = makeSeries(points, options);
  return measure(series.mixed, findEpisodes(series, options.ranges));
}

/** Finds the episodes of a series, by start. */
export function findEpisodes(series: Series, ranges: GlucoseRanges = STANDARD_RANGES): Episode[] {
  const rules = rulesOf(series.intervalMs, ranges);
  const episodes: Episode[] = [];
  const find = (kind: EpisodeKind, part: Part): Run[] => {
    const runs = findRuns(series, rules[kind], part);
    for (const run of runs) episodes.push(makeEpisode(series, kind, run));
    return runs;
  };
  for (const part of splitAtGaps(series)) {
    for (const low of find("low", part)) {
      find("veryLow", low);
      find("extendedLow", low);
    }
    for (const high of find("high", part)) {
      find("veryHigh", high);
      find("extendedHigh", high);
    }
  }
  return episodes.sort((a, b) => a.start.getTime() - b.start.getTime());
}

function rulesOf(intervalMs: number, ranges: GlucoseRanges): Record<EpisodeKind, EpisodeRule> {
  const { veryLowBelow, lowBelow, highAbove, veryHighAbove = Infinity } = ranges;
  const readingsIn = (minutes: number): number => Math.ceil((minutes * MINUTE_MS) / intervalMs);
  const rule = (side: 1 | -1, limit: number, minReadings = readingsIn(15)): EpisodeRule => {
    return { side, limit, trigger: limit, minReadings, windowReadings: minReadings, recoveryReadings: readingsIn(15) };
  };
  return {
    low: rule(-1, lowBelow),
    veryLow: rule(-1, veryLowBelow),
    extendedLow: rule(-1, lowBelow, Math.floor((120 * MINUTE_MS) / intervalMs) + 1),
    high: rule(1, highAbove),
    veryHigh: rule(1, veryHighAbove),
    extendedHigh: { ...rule(1, highAbove, readingsIn(90)), trigger: veryHighAbove, windowReadings: readingsIn(120) },
  };
}

function makeEpisode({ times, values, intervalMs }: Series, kind: EpisodeKind, { start, last, endedBy }: Run): Episode {
  const readings = last - start + 1;
  let lowest = values[start]!;
  let highest = lowest;
  for (let i = start; i <= last; i++) {
    lowest = Math.min(lowest, values[i]!);
    highest = Math.max(highest, values[i]!);
  }
  return {
    kind,
    start: new Date(times[start]!),
    end: new Date(times[last]! + intervalMs),
    durationMinutes: (readings * intervalMs) / MINUTE_MS,
    readings,
    extremeMgDl: kind.toLowerCase().endsWith("low") ? lowest : highest,
    endedBy,
  };
}
