import { zoneOffset, type ZoneOffset } from "../glucose/local-time.ts";
import { assertArgument, checkInstant, checkNames } from "../validate.ts";
import type { GlucoseRanges } from "./ranges.ts";

/** Options that all statistics share. */
export interface StatisticsOptions {
  /** Start of the window, inclusive. @default the first reading */
  readonly from?: Date | undefined;
  /** End of the window, exclusive. @default one interval after the last reading */
  readonly to?: Date | undefined;
  /**
   * Time between two readings, in milliseconds. Give it if the readings come from sensors with different intervals.
   *
   * @default the median distance of the readings, rounded to the minute
   */
  readonly intervalMs?: number | undefined;
  /** IANA time zone, such as `"Europe/Berlin"`, for readings without an offset of their own. */
  readonly timeZone?: string | undefined;
  /** @default STANDARD_RANGES */
  readonly ranges?: GlucoseRanges | undefined;
}

const OPTION_NAMES: readonly string[] = [
  "from",
  "to",
  "intervalMs",
  "timeZone",
  "ranges",
] satisfies readonly (keyof StatisticsOptions)[];

/** Options as milliseconds, and as the function that gives the offset of the time zone. */
interface CheckedOptions {
  readonly from: number | undefined;
  readonly to: number | undefined;
  readonly intervalMs: number | undefined;
  readonly offsetAt: ZoneOffset | undefined;
}

/**
 * Checks the options that all statistics share.
 *
 * @param own Names that one of them has besides.
 * @throws {ArgumentError} If an option is invalid or unknown.
 */
export function checkOptions(options: StatisticsOptions, own: readonly string[] = []): CheckedOptions {
  checkNames("options", options, [...OPTION_NAMES, ...own]);
  const { from, to, intervalMs, timeZone } = options;
  const isInterval = intervalMs === undefined || (intervalMs > 0 && intervalMs < Infinity);
  assertArgument(isInterval, "intervalMs must be a number above 0");
  return {
    from: from && checkInstant("from", from),
    to: to && checkInstant("to", to),
    intervalMs,
    offsetAt: timeZone === undefined ? undefined : zoneOffset(timeZone),
  };
}
