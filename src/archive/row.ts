import { AHEAD_MS, SAME_READING_MS } from "../glucose/cadence.ts";
import { MIN_MG_DL } from "../glucose/glucose.ts";
import type { GlucosePoint } from "../glucose/glucose-point.ts";
import { formatOffset, parseOffset } from "../glucose/local-time.ts";
import type { Trend } from "../glucose/trend.ts";
import { assertArgument, checkInstant, checkNames, isObject } from "../validate.ts";
import type { AddOptions, TimeRange } from "./archive.ts";

const MAX_MG_DL = 1000;

/** Reading as archives keep it: numbers alone, `null` for what is unknown. */
export interface Row {
  /** Milliseconds since the Unix epoch. */
  readonly time: number;
  readonly mgDl: number;
  readonly trend: number | null;
  /** Minutes east of Greenwich. */
  readonly offset: number | null;
  readonly isAhead: 0 | 1;
}

/** @throws {ArgumentError} If a reading is invalid. The message names its place and field. */
export function rowsOf(points: Iterable<GlucosePoint>): Row[] {
  return Array.from(points, (point, index) => {
    assertArgument(isObject(point), `points[${index}] must be a reading`);
    const { mgDl, datetime, trend, timezone, isAhead } = point;
    const isFigure = Number.isSafeInteger(mgDl) && mgDl >= MIN_MG_DL && mgDl <= MAX_MG_DL;
    assertArgument(isFigure, `points[${index}].mgDl must be a whole number from ${MIN_MG_DL} to ${MAX_MG_DL}`);
    const isTrend = trend === undefined || (Number.isSafeInteger(trend) && trend >= 0 && trend <= 9);
    assertArgument(isTrend, `points[${index}].trend must be a whole number from 0 to 9`);
    const offset = parseOffset(timezone);
    assertArgument(timezone === undefined || offset !== undefined, `points[${index}].timezone must be like "-0400"`);
    assertArgument(datetime instanceof Date, `points[${index}].datetime must be a Date`);
    const time = checkInstant(`points[${index}].datetime`, datetime);
    return { time, mgDl, trend: trend ?? null, offset: offset ?? null, isAhead: isAhead ? 1 : 0 };
  });
}

/** Makes a reading of a row. */
export function pointOf({ time, mgDl, trend, offset, isAhead }: Row): GlucosePoint {
  return {
    mgDl,
    datetime: new Date(time),
    ...(offset !== null && { timezone: formatOffset(offset) }),
    ...(trend !== null && { trend: trend as Trend }),
    ...(isAhead === 1 && { isAhead: true }),
  };
}

/** @throws {ArgumentError} If an option is invalid. */
export function minDistanceOf({ minDistanceMs = SAME_READING_MS, ...unknown }: AddOptions = {}): number {
  checkNames("options", unknown, ["minDistanceMs"]);
  const isDistance = minDistanceMs >= SAME_READING_MS && minDistanceMs < Infinity;
  assertArgument(isDistance, `minDistanceMs must be a number, ${SAME_READING_MS} or more`);
  return minDistanceMs;
}

/** @throws {ArgumentError} If a date is invalid. */
export function checkRange({ from, to, ...unknown }: TimeRange = {}): { readonly from: number; readonly to: number } {
  checkNames("range", unknown, ["from", "to"]);
  return {
    from: from === undefined ? -Number.MAX_SAFE_INTEGER : checkInstant("from", from),
    to: to === undefined ? Number.MAX_SAFE_INTEGER : checkInstant("to", to),
  };
}

/** @throws {ArgumentError} If the date is invalid. */
export function checkBefore(range: { readonly before: Date }): number {
  assertArgument(isObject(range) && range.before instanceof Date, "before must be a Date");
  return checkInstant("before", range.before);
}

/** Last instant at which a reading can be the latest: one further in the future has a wrong date. */
export function lastLatest(now: number): number {
  return now + AHEAD_MS;
}
