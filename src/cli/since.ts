import { InvalidArgumentError } from "commander";

/** Moment as it was given: a date, or a time before the present. */
export type Since = { readonly date: Date } | { readonly agoMs: number };

const MINUTE_MS = 60_000;
const DAY_MS = 1440 * MINUTE_MS;
const UNITS_MS = [DAY_MS, 60 * MINUTE_MS, MINUTE_MS] as const;

/** Such as `90m`, `3h`, `1h30m`, `1d`, and `2 h 5 min` as this command itself writes it. */
const DURATION = /^(?:(\d{1,5}) ?d)? ?(?:(\d{1,5}) ?h)? ?(?:(\d{1,5}) ?m(?:in)?)?$/i;

/** ISO 8601: a day, or a day and a time. Without an offset it is the local time of this machine. */
const ISO_DATE = /^(\d{4})-(\d\d)-(\d\d)(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)?)?$/i;

/** Parses the value of `--since`. */
export function parseSince(text: string): Since {
  const agoMs = toMs(text);
  if (agoMs > 0) return { agoMs };
  const date = parseDate(text);
  if (date !== undefined) return { date };
  throw new InvalidArgumentError(
    "It must be how long ago, such as 90m, 3h or 1h30m, or a date, such as 2026-01-15, 2026-01-15T08:00 or 2026-01-15T08:00Z.",
  );
}

/** Parses a length of time of a day at most, such as `15m`, and returns milliseconds. */
export function parseDuration(text: string): number {
  const ms = toMs(text);
  if (ms > 0 && ms <= DAY_MS) return ms;
  throw new InvalidArgumentError("It must be a length of time, such as 15m or 1h30m, of 24 hours at most.");
}

/** Reads a length of time; 0 if the text is not a length of time. */
function toMs(text: string): number {
  // A unit that is not given is `undefined` here.
  const figures: readonly (string | undefined)[] = DURATION.exec(text)?.slice(1) ?? [];
  return figures.reduce((sum, figure = "0", i) => sum + Number(figure) * UNITS_MS[i]!, 0);
}

function parseDate(text: string): Date | undefined {
  const [, year, month, day] = ISO_DATE.exec(text)?.map(Number) ?? [];
  // `Date` would read 31 February as a day in March.
  if (year === undefined || month === undefined || day! > new Date(Date.UTC(year, month, 0)).getUTCDate())
    return undefined;
  // `Date` would read a day without a time as midnight in UTC.
  const date = new Date(text.length === 10 ? `${text}T00:00` : text.toUpperCase().replace(" ", "T"));
  return Number.isNaN(date.getTime()) ? undefined : date;
}

/** Returns the moment that was meant. */
export function momentOf(since: Since, now: number): Date {
  return "date" in since ? since.date : new Date(now - since.agoMs);
}
