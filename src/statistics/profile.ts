import type { GlucosePoint } from "../glucose/glucose-point.ts";
import { assertArgument } from "../validate.ts";
import { Distribution, mapQuantiles, type Quantiles } from "./distribution.ts";
import { measure, shortfall, type Measure } from "./measure.ts";
import type { StatisticsOptions } from "./options.ts";
import { makeSeries } from "./series.ts";
import { forEachStretch } from "./stretches.ts";

const HOURS = 24;
const HOUR_MS = 3_600_000;
const DEFAULT_MIN_DATES = 7;

/** Options of `profile()`. */
export interface ProfileOptions extends Omit<StatisticsOptions, "ranges"> {
  /** Local dates on which an hour must have readings. @default 7 */
  readonly minDates?: number | undefined;
}

/** Glucose in one hour of the wearer's day. */
export interface ProfileHour {
  /** 0 to 23. */
  readonly hour: number;
  readonly readings: number;
  /** Local dates with a reading in this hour. */
  readonly dates: number;
  readonly quantilesMgDl: Measure<Quantiles>;
  /** Weighted mean with the hours before and after: (previous + 4 × this + next) / 6. */
  readonly smoothedMgDl: Measure<Quantiles>;
}

/**
 * Glucose profile by time of day: quantiles for each hour of the wearer's local day, from midnight.
 *
 * The local time is that of each reading's own offset, else of `timeZone`. A day on which the clocks change has 23 or
 * 25 hours, and the repeated hour counts in the same bin.
 *
 * @returns 24 hours. One with readings on fewer than `minDates` dates says so.
 * @throws {ArgumentError} If an option or a reading is invalid.
 *
 * @example
 * ```ts
 * import { profile, type GlucosePoint } from "dexcom-share-ts/statistics";
 * declare const points: GlucosePoint[]; // two weeks, for example
 * for (const { hour, quantilesMgDl } of profile(points, { timeZone: "Europe/Berlin" })) {
 *   console.log(hour, quantilesMgDl.value?.p50 ?? "too few days");
 * }
 * ```
 */
export function profile(points: Iterable<GlucosePoint>, options: ProfileOptions = {}): ProfileHour[] {
  const { minDates = DEFAULT_MIN_DATES } = options;
  assertArgument(minDates >= 1, "minDates must be a number, 1 or more");
  const series = makeSeries(points, options, ["minDates"]);
  const missing = series.mixed ?? series.noLocalTime;
  const hours = Array.from({ length: HOURS }, () => ({ values: new Distribution(), dates: new Set<number>() }));
  if (!missing) {
    forEachStretch(series, HOUR_MS, ({ slot, start, end }) => {
      const date = Math.floor(slot / HOURS);
      const { values, dates } = hours[slot - date * HOURS]!;
      values.add(series.values, start, end);
      dates.add(date);
    });
  }
  const raw = hours.map(({ values, dates }) =>
    measure(missing ?? shortfall("dates", dates.size, minDates), values.quantiles),
  );
  return hours.map(({ values, dates }, hour) => ({
    hour,
    readings: values.total,
    dates: dates.size,
    quantilesMgDl: raw[hour]!,
    smoothedMgDl: smooth(raw, hour),
  }));
}

/** Weighs an hour four times as much as each neighbour; midnight is a neighbour of 23 o'clock. */
function smooth(raw: readonly Measure<Quantiles>[], hour: number): Measure<Quantiles> {
  const own = raw[hour]!;
  if (own.missing) return own;
  const neighbours = [raw.at(hour - 1)!, raw[(hour + 1) % HOURS]!].flatMap(({ value }) => value ?? []);
  const weigh = (name: keyof Quantiles): number =>
    neighbours.reduce((sum, other) => sum + other[name], 4 * own.value[name]) / (4 + neighbours.length);
  return { value: mapQuantiles((_share, name) => weigh(name)) };
}
