/** An instant, and the local offset where one was printed. */
export interface WireDate {
  /** Milliseconds since the Unix epoch. */
  readonly time: number;
  /** Such as `"-0400"`. */
  readonly offset: string | undefined;
}

/**
 * With slashes until 2021, without since; DT alone carries an offset, and not always (wire-protocol 10.1). The offset
 * is kept apart: taking all the digits glues it to the number.
 */
const DATE = /^\/?Date\((-?\d{1,16})([+-][01]\d[0-5]\d)?\)\/?$/;

/** The last millisecond that a `Date` can hold. */
const LAST_MS = 8.64e15;

/** Reads `Date(1691239553000-0400)` and its relatives; `undefined` for anything else. */
export function parseWireDate(value: unknown): WireDate | undefined {
  const match = typeof value === "string" ? DATE.exec(value) : null;
  if (!match) return undefined;
  const time = Number(match[1]);
  return Math.abs(time) > LAST_MS ? undefined : { time, offset: match[2] };
}

/**
 * What SystemUtcTime answered, in milliseconds since the Unix epoch; NaN where there is no time in the text. It is
 * `{"DateTime":"\/Date(…)\/"}`, or XML without a JSON Accept header, and maybe with one: then the text of `DateTime` is
 * an ISO date of seven decimals, of which some engines read three at most (wire-protocol 3.5).
 */
export function readSystemTime(text: string): number {
  const digits = /DateTime\W+(?:Date\()?(\d{13}\b|\d+-[\dT:.-]{14,18})/.exec(text)?.[1];
  return Number(digits) || Date.parse(`${digits}Z`);
}
