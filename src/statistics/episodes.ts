import type { GlucosePoint } from "../glucose-point.ts";
import { EpisodeTracker, type EpisodeEnd, type EpisodeRules } from "./episode-tracker.ts";
import { measure, type Measure } from "./measure.ts";
import { checkOptions, type StatisticsOptions } from "./options.ts";
import { STANDARD_RANGES, type GlucoseRanges } from "./ranges.ts";
import { makeSeries, type Series } from "./series.ts";

const MINUTE_MS = 60_000;
const BEGIN_MS = 15 * MINUTE_MS;
const EXTENDED_MS = 120 * MINUTE_MS;
const EXTENDED_HIGH_MS = 90 * MINUTE_MS;
/** Longest distance of two readings within an episode. Half a minute more, because instants shift by seconds. */
const MAX_DISTANCE_MS = 45.5 * MINUTE_MS;

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
 * @returns The episodes by start, or why there are none to be told.
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
  const { low, high } = makeTrackers(series.intervalMs, ranges);
  const { lowBelow, highAbove } = ranges;
  const sides: [EpisodeTracker[], (value: number) => boolean][] = [
    [Object.values(low), (value) => value < lowBelow],
    [Object.values(high), (value) => value > highAbove],
  ];
  for (const [trackers, isBeyond] of sides) follow(series, trackers, isBeyond);
  const found = Object.entries({ ...low, ...high }).flatMap(([kind, { runs }]) =>
    runs.map((run) => {
      const { first, last, endedBy } = run;
      const values = series.values.subarray(first, last + 1);
      return {
        kind: kind as EpisodeKind,
        start: new Date(series.times[first]!),
        end: new Date(series.times[last]! + series.intervalMs),
        durationMinutes: (values.length * series.intervalMs) / MINUTE_MS,
        readings: values.length,
        extremeMgDl: kind in low ? Math.min(...values) : Math.max(...values),
        endedBy,
      };
    }),
  );
  return found.sort((a, b) => a.start.getTime() - b.start.getTime());
}

/** Feeds the trackers of one side. Most readings are in range and between episodes: they are passed over. */
function follow(series: Series, trackers: readonly EpisodeTracker[], isBeyond: (value: number) => boolean): void {
  const { length, times, values } = series;
  let isBusy = false;
  for (let i = 0; i < length; i++) {
    if (!isBusy && !isBeyond(values[i]!)) continue;
    const isGap = isBusy && times[i]! - times[i - 1]! > MAX_DISTANCE_MS;
    isBusy = false;
    for (const tracker of trackers) {
      if (isGap) tracker.close("gap");
      tracker.step(series, i);
      isBusy ||= tracker.isBusy;
    }
  }
  for (const tracker of trackers) tracker.close("end");
}

type Trackers = Partial<Record<EpisodeKind, EpisodeTracker>>;

function makeTrackers(intervalMs: number, ranges: GlucoseRanges): { low: Trackers; high: Trackers } {
  const { veryLowBelow, lowBelow, highAbove, veryHighAbove } = ranges;
  const readingsIn = (ms: number): number => Math.ceil(ms / intervalMs);
  const recoveryReadings = readingsIn(BEGIN_MS);
  const track = (isBeyond: (value: number) => boolean, minReadings: number, more: Partial<EpisodeRules> = {}) =>
    new EpisodeTracker({ isBeyond, minReadings, windowReadings: minReadings, recoveryReadings, ...more });
  const isHigh = (value: number): boolean => value > highAbove;
  const isLow = (value: number): boolean => value < lowBelow;
  const low = {
    low: track(isLow, recoveryReadings),
    veryLow: track((value) => value < veryLowBelow, recoveryReadings),
    extendedLow: track(isLow, Math.floor(EXTENDED_MS / intervalMs) + 1),
  };
  if (veryHighAbove === undefined) return { low, high: { high: track(isHigh, recoveryReadings) } };
  const isTrigger = (value: number): boolean => value > veryHighAbove;
  const high = {
    high: track(isHigh, recoveryReadings),
    veryHigh: track(isTrigger, recoveryReadings),
    extendedHigh: track(isHigh, readingsIn(EXTENDED_HIGH_MS), { isTrigger, windowReadings: readingsIn(EXTENDED_MS) }),
  };
  return { low, high };
}
