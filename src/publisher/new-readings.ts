import { parseTrend, type Trend } from "../glucose/trend.ts";
import { assertArgument, checkInstant, checkInteger, isObject } from "../validate.ts";
import type { UploadedReading } from "../wire/egv-upload.ts";

/** A reading to post. */
export interface NewReading {
  /** Glucose in mg/dL, a whole number from 39 (LOW) to 401 (HIGH). */
  readonly mgDl: number;
  /** Instant of the measurement: a date, or milliseconds since the Unix epoch. It is posted in whole seconds. */
  readonly datetime: Date | number;
  /** A number 0 to 9 or a name such as `"FortyFiveUp"`. @default 8, "not computable" */
  readonly trend?: Trend | string | undefined;
  /** Time on the wearer's display, written as if it were UTC. @default the receiver's own clock */
  readonly displayTime?: Date | number | undefined;
}

/** Limits of the sensor (PROTOCOL.md, "Value"). */
const LOW_MG_DL = 39;
const HIGH_MG_DL = 401;
/** Trend that uploaders send if they don't know it (PROTOCOL.md, "Post readings"). */
const NO_TREND: Trend = 8;
/** The service began in this year. An earlier time was given in seconds. */
const EARLIEST_MS: number = Date.UTC(2015, 0);
/** A reading may be ahead of the service by this. Its clock is read in whole seconds, over a slow network. */
const TOLERANCE_MS = 60_000;

/**
 * Checks readings, except for those in the future.
 *
 * @throws {ArgumentError} If a field is invalid. The message names it.
 */
export function toUploads(readings: unknown): UploadedReading[] {
  assertArgument(Array.isArray(readings) && readings.length > 0, "readings must be a non-empty list");
  const uploads = readings.map((reading, index) => toUpload(reading, `readings[${index}]`));
  const seen = new Map<number, number>();
  for (const [index, { time }] of uploads.entries()) {
    const other = seen.get(time);
    assertArgument(other === undefined, `readings[${index}].datetime is the same as that of readings[${other ?? 0}]`);
    seen.set(time, index);
  }
  return uploads;
}

function toUpload(reading: unknown, where: string): UploadedReading {
  assertArgument(isObject(reading), `${where} must be an object`);
  const given: { readonly [Field in keyof NewReading]?: unknown } = reading;
  const mgDl = checkInteger(`${where}.mgDl`, given.mgDl, { min: LOW_MG_DL, max: HIGH_MG_DL });
  const trend = parseTrend(given.trend ?? NO_TREND);
  assertArgument(trend !== undefined, `${where}.trend must be a number 0 to 9 or the name of a trend`);
  const time = wholeSeconds(checkInstant(`${where}.datetime`, given.datetime));
  assertArgument(
    time >= EARLIEST_MS,
    `${where}.datetime must be in milliseconds since the Unix epoch, and not before 2015`,
  );
  const display = given.displayTime;
  const displayTime = display === undefined ? undefined : wholeSeconds(checkInstant(`${where}.displayTime`, display));
  return { mgDl, trend: trend.trend, time, displayTime };
}

function wholeSeconds(ms: number): number {
  return Math.floor(ms / 1000) * 1000;
}

/** @throws {ArgumentError} If a reading is in the future by the service's clock. */
export function checkPast(uploads: readonly UploadedReading[], nowMs: number): void {
  for (const [index, { time }] of uploads.entries()) {
    assertArgument(
      time <= nowMs + TOLERANCE_MS,
      `readings[${index}].datetime is in the future, by the service's clock`,
    );
  }
}
