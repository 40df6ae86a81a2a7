import type { Counts } from "./registry.ts";

/** Counters of polls. */
export interface FleetCounts {
  readonly polls: number;
  readonly requests: number;
  readonly readings: number;
  readonly logins: number;
  /** Responses with status 429. */
  readonly rateLimited: number;
  /** `undefined` before the first reading. */
  readonly requestsPerReading: number | undefined;
  /**
   * Time from the moment at which a poll was due until it began, in milliseconds; `undefined` before the first poll.
   * The figures may be up to 41 % too high, because they are counted in classes.
   */
  readonly latenessMs: { readonly median: number; readonly p95: number } | undefined;
}

/** Figures of a whole fleet, for a dashboard. */
export interface FleetStats {
  readonly accounts: number;
  /** Accounts whose poll is due, or under way. */
  readonly due: number;
  /** Those that have been due for more than a minute. */
  readonly late: number;
  /** Accounts that are not polled because their credentials were refused. */
  readonly parked: number;
  readonly paused: number;
  /** Since the fleet began. */
  readonly total: FleetCounts;
  /** The last five to ten minutes. */
  readonly recent: FleetCounts;
}

/** Classes of lateness: each upper bound is √2 times the one before. The first one is 10 ms. */
const FIRST_BOUND_MS = 10;
const LAST_CLASS = 50;
const CLASS_PREFIX = "late";

/** Returns the name of the counter for a poll that began so late. */
export function latenessClass(ms: number): string {
  const index = ms <= FIRST_BOUND_MS ? 0 : Math.ceil(2 * Math.log2(ms / FIRST_BOUND_MS));
  return `${CLASS_PREFIX}${Math.min(index, LAST_CLASS)}`;
}

export function toFleetCounts(counts: Counts): FleetCounts {
  const { polls = 0, requests = 0, readings = 0, logins = 0, rateLimited = 0 } = counts;
  const requestsPerReading = readings === 0 ? undefined : requests / readings;
  const classes = Array.from({ length: LAST_CLASS + 1 }, (_, index) => counts[`${CLASS_PREFIX}${index}`] ?? 0);
  const measured = classes.reduce((sum, count) => sum + count, 0);
  const bound = (share: number): number => {
    let below = 0;
    const index = classes.findIndex((count) => (below += count) >= share * measured);
    return Math.round(FIRST_BOUND_MS * 2 ** (index / 2));
  };
  const latenessMs = measured === 0 ? undefined : { median: bound(0.5), p95: bound(0.95) };
  return { polls, requests, readings, logins, rateLimited, requestsPerReading, latenessMs };
}
