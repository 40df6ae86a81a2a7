import { ArgumentError } from "../errors.ts";

const DAY_MS = 86_400_000;
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
  let start = NaN;
  let end = NaN;
  let offset = 0;
  return (time) => {
    if (time >= start && time < end) return offset;
    // `Intl` is slow. No zone changes its offset twice within a day.
    [start, end] = slotAt(time, DAY_MS);
    offset = readOffset(format, start);
    if (readOffset(format, end) === offset) return offset;
    [start, end] = slotAt(time, QUARTER_HOUR_MS);
    offset = readOffset(format, start);
    return offset;
  };
}

function slotAt(time: number, ms: number): [start: number, end: number] {
  const start = Math.floor(time / ms) * ms;
  return [start, start + ms];
}

function makeFormat(timeZone: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat("en-US", { timeZone, timeZoneName: "longOffset" });
  } catch {
    throw new ArgumentError('timeZone must be an IANA time zone, such as "Europe/Berlin"');
  }
}

/** The text ends in `GMT-04:00`, or in `GMT` alone. */
function readOffset(format: Intl.DateTimeFormat, time: number): number {
  return parseOffset(/[+-]\d\d:\d\d/.exec(format.format(time))?.[0]) ?? 0;
}
