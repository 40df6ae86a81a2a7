import { type Clock, elapsedMs, systemClock } from "../../clock.ts";
import { ArgumentError } from "../../errors.ts";
import { checkNames } from "../../validate.ts";

/** Options of a `ScaledClock`. */
export interface ScaledClockOptions {
  /** Speed as a multiple of real time; 60 shows an hour in a minute. */
  readonly speed: number;
  /** Clock that is sped up. @default real time */
  readonly clock?: Clock | undefined;
}

/** Longest real time that one `hold` keeps the clock still: a client that stalls must not stop time for all others. */
const MAX_HOLD_MS = 1000;
/** Sleeps end when less than this is left: adding fractions of a millisecond is not exact. */
const TOLERANCE_MS = 1e-6;

/**
 * A clock that runs faster or slower than real time, from the present on. Give the same one to the simulator and to its
 * clients, so that they agree about the time.
 *
 * Waiting and the time of day are sped up; work is not. While the simulator has a request open the clock stands still
 * for up to a second of real time, so that a timeout of ten seconds does not expire after ten sped-up ones.
 *
 * @example
 * ```ts
 * import { Dexcom } from "dexcom-share-ts";
 * import { ScaledClock, ShareSimulator, SIMULATED_ACCOUNT } from "dexcom-share-ts/simulator";
 * const clock = new ScaledClock({ speed: 60 });
 * const simulator = new ShareSimulator({ clock });
 * const dexcom = new Dexcom({ ...SIMULATED_ACCOUNT, fetch: simulator.fetch, clock });
 * for await (const reading of dexcom.watch()) console.log(String(reading)); // one every five seconds
 * ```
 */
export class ScaledClock implements Clock {
  /** Multiple of real time. */
  readonly speed: number;
  readonly #clock: Clock;
  readonly #startMs: number;
  /** Times of the other clock and of this one when this one last started to move. */
  #movingSinceMs: number;
  #elapsedMs = 0;
  #holdCount = 0;
  readonly #waiting: (() => void)[] = [];

  /** @throws {ArgumentError} If `speed` is not a finite number above 0, or `clock` is no clock. */
  constructor({ speed, clock = systemClock, ...unknown }: ScaledClockOptions) {
    checkNames("options", unknown, ["speed", "clock"]);
    if (typeof speed !== "number" || !(speed > 0 && speed < Infinity))
      throw new ArgumentError("speed must be a finite number above 0");
    if (typeof clock?.now !== "function" || typeof clock.sleep !== "function") {
      throw new ArgumentError("clock must have the methods now and sleep");
    }
    this.speed = speed;
    this.#clock = clock;
    this.#startMs = clock.now();
    this.#movingSinceMs = elapsedMs(clock);
  }

  /** Milliseconds since the Unix epoch, a whole number. */
  now(): number {
    return Math.round(this.#startMs + this.elapsed());
  }

  /** Milliseconds since the clock was made. */
  elapsed(): number {
    if (this.#holdCount > 0) return this.#elapsedMs;
    return this.#elapsedMs + Math.max(0, elapsedMs(this.#clock) - this.#movingSinceMs) * this.speed;
  }

  /** Resolves after `ms` milliseconds of this clock; rejects with `signal.reason` when the signal aborts. */
  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    const dueMs = this.elapsed() + (ms > 0 ? ms : 0);
    for (;;) {
      await this.#clock.sleep(Math.max(0, dueMs - this.elapsed()) / this.speed, signal);
      if (dueMs - this.elapsed() <= TOLERANCE_MS) return;
      if (this.#holdCount > 0) await this.#untilMoving(signal);
    }
  }

  /** Keeps the clock still while `work` is pending, for a second of real time at most. */
  hold<T>(work: Promise<T>): Promise<T> {
    this.#elapsedMs = this.elapsed();
    this.#holdCount++;
    const limit = new AbortController();
    let isReleased = false;
    const release = (): void => {
      if (isReleased) return;
      isReleased = true;
      limit.abort();
      if (--this.#holdCount > 0) return;
      this.#movingSinceMs = elapsedMs(this.#clock);
      for (const resume of this.#waiting.splice(0)) resume();
    };
    work.then(release, release);
    this.#clock.sleep(MAX_HOLD_MS, limit.signal).then(release, () => undefined);
    return work;
  }

  #untilMoving(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const stop = (): void => reject(signal?.reason as Error);
      if (signal?.aborted) {
        stop();
        return;
      }
      signal?.addEventListener("abort", stop, { once: true });
      this.#waiting.push(() => {
        signal?.removeEventListener("abort", stop);
        resolve();
      });
    });
  }
}
