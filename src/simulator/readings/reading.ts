import { ArgumentError } from "../../errors.ts";
import { parseTrend, type Trend } from "../../trend.ts";

/** A reading as a caller gives it to the simulator. */
export interface ReadingInput {
  /** mg/dL, a whole number from 0; 39 is LOW, 401 is HIGH, 0 to 12 are receiver status codes (wire-protocol 12). */
  readonly value: number;
  /** A number 0 to 9 or a name such as `"FortyFiveUp"`. @default "Flat" */
  readonly trend?: Trend | string | undefined;
  /** When it was measured: a date, or milliseconds since the Unix epoch. */
  readonly time: Date | number;
  /** When it reaches the service. @default `time`; for `addReading` the present, if that is later */
  readonly availableAt?: Date | number | undefined;
  /** The wearer's UTC offset then, such as `"+0900"`. @default the account's */
  readonly utcOffset?: string | undefined;
}

/** A reading as the simulator holds it. Times are milliseconds since the Unix epoch. */
export interface SimulatedReading {
  readonly value: number;
  readonly trend: Trend;
  readonly time: number;
  readonly availableAt: number;
  readonly utcOffset: string;
}

/** The same, with the receiver's two clocks where it was uploaded: of them the form of 2015 alone shows anything. */
export interface HeldReading extends SimulatedReading {
  readonly uploaded?: { readonly systemMs: number; readonly displayMs: number };
}

/** Checks a reading. @throws {ArgumentError} naming the field */
export function toReading(
  input: ReadingInput,
  where: string,
  utcOffset: string,
  earliestMs: number = -Infinity,
): SimulatedReading {
  const { value } = input;
  if (!Number.isInteger(value) || value < 0) throw new ArgumentError(`${where}.value must be a whole number from 0`);
  const info = parseTrend(input.trend ?? "Flat");
  if (info === undefined) throw new ArgumentError(`${where}.trend must be a number 0 to 9 or the name of a trend`);
  const time = toMilliseconds(input.time, `${where}.time`);
  return {
    value,
    trend: info.trend,
    time,
    availableAt:
      input.availableAt === undefined
        ? Math.max(time, earliestMs)
        : toMilliseconds(input.availableAt, `${where}.availableAt`),
    utcOffset: checkUtcOffset(input.utcOffset ?? utcOffset, `${where}.utcOffset`),
  };
}

/** Milliseconds since the Unix epoch. @throws {ArgumentError} naming `what` */
export function toMilliseconds(moment: Date | number, what: string): number {
  const ms = moment instanceof Date ? moment.getTime() : moment;
  // The wire form holds whole milliseconds.
  if (!Number.isSafeInteger(ms)) throw new ArgumentError(`${what} must be a Date or whole milliseconds since 1970`);
  return ms;
}

/** The offset itself. @throws {ArgumentError} naming `what` */
export function checkUtcOffset(offset: string, what: string): string {
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
