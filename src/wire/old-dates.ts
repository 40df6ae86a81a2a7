import type { ErrorDetails } from "../errors.ts";
import { parseWireDate } from "./dates.ts";
import { checkSchema, lazy, value, type Schema } from "./schema.ts";

/**
 * Writes a date with slashes and without an offset. All dates had this form until 2021. Uploads and lists of
 * subscriptions still have it (PROTOCOL.md, "Date syntax").
 */
export function writeOldDate(ms: number): string {
  return `/Date(${String(ms)})/`;
}

/** Reads an instant of a subscription: `{"DateTime":"\/Date(…)\/","OffsetMinutes":0}`, or the bare date in it. */
export function parseWrappedDate(value: unknown): Date | undefined {
  const bare = (value as { DateTime?: unknown } | null | undefined)?.DateTime ?? value;
  const date = parseWireDate(bare);
  return date && new Date(date.time);
}

/** Schema of what `parseWrappedDate` reads. */
export const wrappedDate: () => Schema = /* @__PURE__ */ lazy(() =>
  value<unknown>((date) => parseWrappedDate(date) !== undefined, "not a date of the service"),
);

const systemTimeSchema = /* @__PURE__ */ lazy(() =>
  value<Date>((time) => time instanceof Date, "not a time of the service"),
);

/**
 * Passes on the time of a SystemUtcTime response, which `readSystemTime` has made a date of.
 *
 * @throws {ServerError} If there was no time in the response.
 */
export function parseSystemTime(value: unknown, details: () => ErrorDetails): Date {
  checkSchema(systemTimeSchema(), value, details);
  return value;
}
