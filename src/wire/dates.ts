/** An instant, and the local offset if one was printed. */
export interface WireDate {
  /** Milliseconds since the Unix epoch. */
  readonly time: number;
  /** Such as `"-0400"`. */
  readonly offset: string | undefined;
}

/**
 * A date with slashes until 2021, without since. DT alone carries an offset, and not always (PROTOCOL.md, "Date
 * syntax"). The offset is matched apart: whoever takes all the digits appends it to the number.
 */
const DATE = /^\/?Date\((-?\d{1,16})([+-][01]\d[0-5]\d)?\)\/?$/;

/** The last millisecond that a `Date` can hold. */
const LAST_MS = 8.64e15;

/** Reads `Date(1691239553000-0400)` and its older forms; `undefined` for anything else. */
export function parseWireDate(value: unknown): WireDate | undefined {
  const match = typeof value === "string" ? DATE.exec(value) : null;
  if (!match) return undefined;
  const time = Number(match[1]);
  return Math.abs(time) > LAST_MS ? undefined : { time, offset: match[2] };
}

/**
 * Reads the text of a SystemUtcTime response: milliseconds since the Unix epoch, or NaN if there is no time in it. The
 * text is `{"DateTime":"\/Date(…)\/"}`, or XML without a JSON Accept header and maybe with one. The XML holds an ISO
 * date of seven decimals, and some engines read three at most (PROTOCOL.md, "Service time").
 */
export function readSystemTime(text: string): number {
  const digits = /DateTime\W+(?:Date\()?(\d{13}\b|\d+-[\dT:.-]{14,18})/.exec(text)?.[1];
  return Number(digits) || Date.parse(`${digits}Z`);
}
