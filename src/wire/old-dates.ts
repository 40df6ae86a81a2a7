import type { ErrorDetails } from "../errors.ts";
import { parseWireDate } from "./dates.ts";
import { checkShape, shape, type Shape } from "./shape.ts";

/**
 * The form that dates had everywhere until 2021, and have to this day in what is uploaded and in lists of
 * subscriptions: between slashes, and no offset (wire-protocol 10.1).
 */
export function writeOldDate(ms: number): string {
  return `/Date(${String(ms)})/`;
}

/** An instant as lists of subscriptions have it, `{"DateTime":"\/Date(…)\/","OffsetMinutes":0}`, or bare (wire-protocol 6.4). */
export function parseWrappedDate(value: unknown): Date | undefined {
  const bare = (value as { DateTime?: unknown } | null | undefined)?.DateTime ?? value;
  const date = parseWireDate(bare);
  return date && new Date(date.time);
}

let systemTime: Shape<Date> | undefined;

/**
 * The answer of SystemUtcTime (wire-protocol 3.5), of which `readSystemTime` has made a date.
 *
 * @throws {ServerError} where it was none.
 */
export function parseSystemTime(value: unknown, details: () => ErrorDetails): Date {
  systemTime ??= shape("not a time of the service", (given) => given instanceof Date);
  checkShape(systemTime, value, details);
  return value;
}
