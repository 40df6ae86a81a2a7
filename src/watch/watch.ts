import type { Connection } from "../connection.ts";
import { toInstant, type GlucoseReading, type GlucoseReadingJSON } from "../glucose-reading.ts";
import { assertArgument, checkMilliseconds, checkSignal, isObject } from "../validate.ts";
import { startFollowing, type FollowState } from "./follow-state.ts";
import { Follower } from "./follower.ts";
import type { WatchCheck } from "./watch-check.ts";

/** Options of `watch()`. */
export interface WatchOptions {
  /**
   * Delivers the readings after this one first: a reading, its JSON, a `Date` or an ISO 8601 string. A program that was
   * restarted continues after the last reading that it has seen. The service holds 24 hours. Earlier readings are not
   * delivered, even if they arrive late. If it is in the future, it is replaced by the present, and `onEvent` receives
   * `since-clamped`. @default the latest reading comes first
   */
  readonly since?: Date | string | GlucoseReading | GlucoseReadingJSON | undefined;
  /** Ends the iteration at once, without an error. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Age of the newest reading in milliseconds at which `onEvent` receives `stale`. A reading dated in the future counts
   * from its arrival. @default 900_000 (15 minutes)
   */
  readonly staleAfterMs?: number | undefined;
  /**
   * Called after each attempt to read, failed ones included, before its readings are delivered. An attempt that an
   * abort ends is not reported. It must not throw.
   */
  readonly onCheck?: ((check: WatchCheck) => void) | undefined;
}

/**
 * Follows an account.
 *
 * @throws {ArgumentError} If an option is invalid.
 */
export function watch(connection: Connection, options: WatchOptions): AsyncGenerator<GlucoseReading, void, undefined> {
  const signal = checkSignal(options, ["since", "signal", "staleAfterMs", "onCheck"]);
  const state = stateSince(options.since);
  const staleAfterMs = checkMilliseconds("staleAfterMs", options.staleAfterMs, { fallback: 900_000 });
  const follower = new Follower(connection, state, { staleAfterMs, onCheck: options.onCheck });
  const readings = deliver(follower, signal);
  // A generator's own methods wait for a pending `next()`, which may take minutes.
  const { prototype } = deliver as { readonly prototype: typeof readings };
  readings.return = (value) => {
    follower.stop();
    return prototype.return.call(readings, value);
  };
  readings.throw = (error) => {
    follower.stop();
    return prototype.throw.call(readings, error);
  };
  return readings;
}

function stateSince(since: WatchOptions["since"]): FollowState {
  const isReading = isObject(since) && "datetime" in since;
  const instant = since === undefined ? undefined : toInstant(isReading ? since.datetime : since);
  assertArgument(!Number.isNaN(instant), "since must be a reading, its JSON, a Date or an ISO 8601 date and time");
  return startFollowing(instant, isReading);
}

async function* deliver(
  follower: Follower,
  signal: AbortSignal | undefined,
): AsyncGenerator<GlucoseReading, void, undefined> {
  const stop = (): void => follower.stop();
  signal?.addEventListener("abort", stop);
  if (signal?.aborted) stop();
  try {
    follower.start();
    while (await follower.hasNext()) yield follower.takeNext();
  } catch (error) {
    if (!follower.isStopped) throw error;
  } finally {
    signal?.removeEventListener("abort", stop);
  }
}
