import { assertArgument, checkInteger, checkSignal, isObject } from "./validate.ts";
import { MAX_COUNT, MAX_MINUTES } from "./wire/read-limits.ts";

/** Options that every call accepts. */
export interface CallOptions {
  /** Ends the call at once when it aborts. The call rejects with the signal's own `reason`. */
  readonly signal?: AbortSignal | undefined;
}

/** Selects readings. */
export interface GlucoseReadingsQuery extends CallOptions {
  /** Length of the window in minutes, 1 to 1440. @default 1440 */
  readonly minutes?: number | undefined;
  /** Largest number of readings, 1 to 288. @default 288 */
  readonly maxCount?: number | undefined;
}

/** `GlucoseReadingsQuery` with the defaults in place. */
export interface CheckedQuery extends CallOptions {
  readonly minutes: number;
  readonly maxCount: number;
}

/**
 * Checks a query, in either of its two forms: one object, or up to three arguments.
 *
 * @throws {ArgumentError} If a value or a name is invalid.
 */
export function toQuery(
  first: number | GlucoseReadingsQuery | undefined,
  count?: number,
  options: CallOptions = {},
): CheckedQuery {
  const isQuery = isObject(first) && !Array.isArray(first);
  assertArgument(!isQuery || count === undefined, "maxCount must be in the same object as minutes");
  const { minutes = MAX_MINUTES, maxCount = MAX_COUNT } = isQuery ? first : { minutes: first, maxCount: count };
  return {
    minutes: checkInteger("minutes", minutes, { min: 1, max: MAX_MINUTES }),
    maxCount: checkInteger("maxCount", maxCount, { min: 1, max: MAX_COUNT }),
    signal: isQuery ? checkSignal(first, ["minutes", "maxCount", "signal"]) : checkSignal(options),
  };
}
