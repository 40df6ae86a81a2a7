import { ArgumentError } from "../../errors.ts";
import { parseTrend, type Trend } from "../../glucose/trend.ts";

/** A reading as a caller gives it to the simulator. */
export interface ReadingInput {
  /** mg/dL, a whole number from 0; 39 is LOW, 401 is HIGH, 0 to 12 are receiver status codes (PROTOCOL.md, "Value"). */
  readonly mgDl: number;
  /** A number 0 to 9 or a name such as `"FortyFiveUp"`. @default "Flat" */
  readonly trend?: Trend | string | undefined;
  /** Instant of the measurement: a date, or milliseconds since the Unix epoch. */
  readonly datetime: Date | number;
  /** Instant at which the reading reaches the service. @default `datetime`; with `addReading` now, if that is later */
  readonly availableAt?: Date | number | undefined;
  /** The wearer's UTC offset at that time, such as `"+0900"`. @default the account's */
  readonly timezone?: string | undefined;
}

/** A reading that `generateReadings` made up. */
export interface SimulatedReading {
  /** mg/dL; 39 is LOW, 401 is HIGH. */
  readonly mgDl: number;
  readonly trend: Trend;
  /** Instant of the measurement. */
  readonly datetime: Date;
  /** Instant at which the reading reaches the service; `undefined` if it never does. */
  readonly availableAt: Date | undefined;
  /** The wearer's UTC offset, such as `"-0400"`. */
  readonly timezone: string;
}

/** A reading as the service stores it. Instants are milliseconds since the Unix epoch. */
export interface StoredReading {
  readonly mgDl: number;
  readonly trend: Trend;
  readonly timeMs: number;
  readonly availableAtMs: number;
  readonly timezone: string;
  /** The receiver's two clocks, if the reading was uploaded. Only the form of 2015 shows them. */
  readonly uploaded?: { readonly systemMs: number; readonly displayMs: number };
}

/** Context that completes a reading. */
interface ReadingContext {
  /** Path of the reading in error messages. */
  readonly name: string;
  readonly timezone: string;
  /** Earliest instant at which it can reach the service. */
  readonly earliestMs?: number;
}

/** Checks and completes a reading. @throws {ArgumentError} If a field is invalid. The message names it. */
export function toStoredReading(
  input: ReadingInput,
  { name, timezone, earliestMs = -Infinity }: ReadingContext,
): StoredReading {
  if (typeof input !== "object" || input === null) throw new ArgumentError(`${name} must be a reading`);
  const { mgDl } = input;
  if (!Number.isInteger(mgDl) || mgDl < 0) throw new ArgumentError(`${name}.mgDl must be a whole number from 0`);
  const info = parseTrend(input.trend ?? "Flat");
  if (info === undefined) throw new ArgumentError(`${name}.trend must be a number 0 to 9 or the name of a trend`);
  const timeMs = toMilliseconds(input.datetime, `${name}.datetime`);
  return {
    mgDl,
    trend: info.trend,
    timeMs,
    availableAtMs:
      input.availableAt === undefined
        ? Math.max(timeMs, earliestMs)
        : toMilliseconds(input.availableAt, `${name}.availableAt`),
    timezone: checkTimezone(input.timezone ?? timezone, `${name}.timezone`),
  };
}

/** Milliseconds since the Unix epoch. @throws {ArgumentError} If it is invalid. The message begins with `what`. */
export function toMilliseconds(moment: Date | number, what: string): number {
  const ms = moment instanceof Date ? moment.getTime() : moment;
  // The wire form holds whole milliseconds.
  if (!Number.isSafeInteger(ms)) throw new ArgumentError(`${what} must be a Date or whole milliseconds since 1970`);
  return ms;
}

/** The offset itself. @throws {ArgumentError} If it is invalid. The message begins with `what`. */
export function checkTimezone(offset: string, what: string): string {
  if (typeof offset !== "string" || !/^[+-](?:0\d|1[0-4])[0-5]\d$/.test(offset)) {
    throw new ArgumentError(`${what} must be a UTC offset such as "-0400" or "+0900"`);
  }
  return offset;
}

/** Minutes east of Greenwich of an offset such as `"-0400"`. */
export function offsetMinutes(offset: string): number {
  const minutes = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(3));
  return offset.startsWith("-") ? -minutes : minutes;
}
