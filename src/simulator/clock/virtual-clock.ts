import { ArgumentError } from "../../errors.ts";
import type { Clock } from "../../clock.ts";
import { Timeline } from "./timeline.ts";

/** A fixed moment, so that runs repeat. */
const DEFAULT_START_MS: number = Date.UTC(2026, 0, 1, 12);

/**
 * A clock that stands still until you move it, so that a test waits a day in milliseconds. Give the same one to the
 * simulator and to the client.
 *
 * The clock moves only while no simulator request is open and no promise given to `hold` is pending: the work of a
 * client between two waits takes no virtual time. Sleepers wake in the order of their times, those of the same time in
 * the order in which they went to sleep. Everything pending runs before the next one wakes. The clock does not replace
 * `setTimeout` or `Date`.
 *
 * @example
 * ```ts
 * import { ShareSimulator, VirtualClock } from "dexcom-share-ts/simulator";
 * const clock = new VirtualClock();
 * const simulator = new ShareSimulator({ accounts: [{ username: "someone@example.com", password: "secret" }], clock });
 * await clock.advance(86_400_000); // a day
 * ```
 */
export class VirtualClock implements Clock {
  #timeline: Timeline;
  /** The time of day at which nothing had elapsed. */
  #epochMs: number;

  /**
   * @param startMs Time of day, in milliseconds since the Unix epoch. The default is noon UTC of 1 January 2026.
   * @throws {ArgumentError} If `startMs` is not a finite number.
   */
  constructor(startMs: number = DEFAULT_START_MS) {
    this.#timeline = new Timeline();
    this.#epochMs = toFinite(startMs, "startMs");
  }

  /** Time of day in milliseconds since the Unix epoch. `setNow` and `jump` change it; `elapsed` is not affected. */
  now(): number {
    return this.#epochMs + this.#timeline.elapsedMs;
  }

  /** Milliseconds of virtual time since the clock was made. Only `advance` and `runUntil` change it. */
  elapsed(): number {
    return this.#timeline.elapsedMs;
  }

  /** Number of pending sleeps. */
  get sleeping(): number {
    return this.#timeline.sleeping;
  }

  /**
   * Sets the time of day, as a user or NTP does. No time elapses, and no sleeper wakes.
   *
   * @throws {ArgumentError} If `nowMs` is not a finite number.
   */
  setNow(nowMs: number): void {
    this.#epochMs = toFinite(nowMs, "nowMs") - this.#timeline.elapsedMs;
  }

  /**
   * Moves the time of day forwards, or backwards if `ms` is negative. No time elapses, and no sleeper wakes.
   *
   * @throws {ArgumentError} If `ms` is not a finite number.
   */
  jump(ms: number): void {
    this.#epochMs += toFinite(ms, "ms");
  }

  /**
   * Makes the clock of another machine: the same time elapses on both, and moving one moves the other, but each has its
   * own time of day.
   *
   * @param aheadMs How far the new clock is ahead of this one; negative if it is behind.
   * @throws {ArgumentError} If `aheadMs` is not a finite number.
   * @example
   * ```ts
   * import { Dexcom } from "dexcom-share-ts";
   * import { ShareSimulator, VirtualClock } from "dexcom-share-ts/simulator";
   * const account = { username: "someone@example.com", password: "secret" };
   * const clock = new VirtualClock();
   * const simulator = new ShareSimulator({ accounts: [account], clock });
   * // A client whose clock is an hour fast.
   * const dexcom = new Dexcom({ ...account, fetch: simulator.fetch, clock: clock.withOffset(3_600_000) });
   * ```
   */
  withOffset(aheadMs: number): VirtualClock {
    const other = new VirtualClock(this.#epochMs + toFinite(aheadMs, "aheadMs"));
    other.#timeline = this.#timeline;
    return other;
  }

  /** Resolves after `ms` milliseconds of virtual time; rejects with `signal.reason` when the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return this.#timeline.sleep(ms, signal);
  }

  /** Keeps the clock still while `work` is pending: for work that takes real time, such as deriving a key. */
  hold<T>(work: Promise<T>): Promise<T> {
    return this.#timeline.hold(work);
  }

  /**
   * Moves the clock by exactly `ms` milliseconds and wakes every sleeper that is due by then, including those who go to
   * sleep on the way.
   *
   * @throws {ArgumentError} If `ms` is not a finite number from 0.
   * @throws {Error} If the clock is already being moved.
   */
  async advance(ms: number): Promise<void> {
    if (!(ms >= 0 && ms < Infinity)) throw new ArgumentError("ms must be a finite number of milliseconds from 0");
    await this.#timeline.advance(ms);
  }

  /**
   * Moves the clock from sleeper to sleeper until `promise` settles, then resolves or rejects as it does. The clock
   * stops at the moment at which the promise settled.
   *
   * @throws {Error} If the clock is already being moved, or if the promise can't settle: nobody sleeps, no request is
   * open, nothing is held.
   */
  runUntil<T>(promise: PromiseLike<T>): Promise<T> {
    return this.#timeline.runUntil(promise);
  }
}

function toFinite(ms: number, name: string): number {
  if (!Number.isFinite(ms)) throw new ArgumentError(`${name} must be a finite number of milliseconds`);
  return ms;
}
