import { ArgumentError } from "../errors.ts";

const MINUTE_MS = 60_000;
/** Clocks change at full quarters of an hour in every zone in use. */
const QUARTER_HOUR_MS = 900_000;

/**
 * Reads a UTC offset such as `"-0400"`, `"+05:30"` or `"Z"` as minutes east of Greenwich; `undefined` for anything
 * else.
 */
export function parseOffset(timezone: string | undefined): number | undefined {
  if (timezone === undefined) return undefined;
  if (timezone === "Z") return 0;
  const [, sign, hours, minutes] = /^([+-])([01]\d):?([0-5]\d)$/.exec(timezone) ?? [];
  if (sign === undefined) return undefined;
  const offset = Number(hours) * 60 + Number(minutes);
  return sign === "-" ? -offset : offset;
}

/** Writes an offset as the service does: `"-0400"`. */
export function formatOffset(minutes: number): string {
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  return (minutes < 0 ? "-" : "+") + String(hours * 100 + rest).padStart(4, "0");
}

/** Gives the UTC offset, in minutes, that holds in a time zone at an instant. */
export type ZoneOffset = (time: number) => number;

/**
 * Makes the function that gives the offset of an IANA time zone, such as `"Europe/Berlin"`.
 *
 * @throws {ArgumentError} If the runtime does not know the zone.
 */
export function zoneOffset(timeZone: string): ZoneOffset {
  const format = makeFormat(timeZone);
  let slot = NaN;
  let offset = 0;
  return (time) => {
    const start = Math.floor(time / QUARTER_HOUR_MS) * QUARTER_HOUR_MS;
    if (start !== slot) {
      slot = start;
      offset = readOffset(format, start);
    }
    return offset;
  };
}

function makeFormat(timeZone: string): Intl.DateTimeFormat {
  const two = "2-digit";
  try {
    return new Intl.DateTimeFormat("en-US", {
      timeZone,
      hourCycle: "h23",
      year: "numeric",
      month: two,
      day: two,
      hour: two,
      minute: two,
    });
  } catch {
    throw new ArgumentError('timeZone must be an IANA time zone, such as "Europe/Berlin"');
  }
}

function readOffset(format: Intl.DateTimeFormat, time: number): number {
  const [, month, day, year, hour, minute] = /(\d+)\D+(\d+)\D+(\d+)\D+(\d+)\D+(\d+)/
    .exec(format.format(time))!
    .map(Number);
  return (Date.UTC(year!, month! - 1, day, hour, minute) - Math.floor(time / MINUTE_MS) * MINUTE_MS) / MINUTE_MS;
}
