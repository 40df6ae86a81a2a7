import type { Region } from "../region.ts";
import type { StoredAccount } from "./registry.ts";

/** State of an account. */
export interface FleetStatus {
  readonly region: Region;
  /**
   * `"polled"`, or the reason why it is not: `"parked"` after its credentials were refused, `"paused"` by `pause()`.
   */
  readonly state: "polled" | "parked" | "paused";
  /** Time of the next poll; `undefined` if there is none. */
  readonly nextPollAt: Date | undefined;
  /** Instant of the newest reading that `onReadings` has taken. */
  readonly lastReadingAt: Date | undefined;
  /** Number of failed deliveries in a row, because `credentials` or `onReadings` threw. */
  readonly failures: number;
  /** Code of the error that parked the account, and when. */
  readonly parked: { readonly reason: string; readonly since: Date } | undefined;
}

export function toStatus({ region, record, dueMs, parking, isPaused }: StoredAccount): FleetStatus {
  return {
    region,
    state: isPaused ? "paused" : parking ? "parked" : "polled",
    nextPollAt: dueMs === undefined ? undefined : new Date(dueMs),
    lastReadingAt: record.readingMs ? new Date(record.readingMs) : undefined,
    failures: record.failures ?? 0,
    parked: parking && { reason: parking.reason, since: new Date(parking.sinceMs) },
  };
}
