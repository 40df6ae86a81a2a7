import { ArgumentError } from "../../errors.ts";
import type { Clock } from "../../clock.ts";
import { turn } from "./turn.ts";

/** Somebody who sleeps. */
interface Sleeper {
  readonly dueMs: number;
  wake(): void;
}

/** Turns of the event loop between two steps: code that was woken may await several things before it sleeps again. */
const TURNS_TO_SETTLE = 3;
/** Before `runUntil` gives up, in case something real (a dynamic import, say) is under way: 20 × 10 ms. */
const PATIENCE_STEPS = 20;
const PATIENCE_STEP_MS = 10;
/** A fixed moment, so that runs repeat. */
const DEFAULT_START_MS: number = Date.UTC(2026, 0, 1, 12);

/**
 * A clock that stands still until it is told to move, so that a day of waiting is tested in milliseconds. Give the same
 * one to the simulator and to the client.
 *
 * It moves only while no simulator request is open and nothing that was given to `hold` is pending: what a client does
 * between two waits takes no virtual time. Sleepers wake in the order of their times, equal times in the order they
 * went to sleep, and between two of them everything that is pending runs. It does not replace `setTimeout` or `Date`.
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
  #nowMs: number;
  #moving = false;
  #held = 0;
  /** Wakes `#settle` when the last hold ends or what `runUntil` waits for has settled. */
  readonly #waiting: (() => void)[] = [];
  /** In the order in which they will wake. */
  readonly #sleepers: Sleeper[] = [];

  /**
   * @param startMs milliseconds since the Unix epoch; default noon UTC of 1 January 2026
   * @throws {ArgumentError} if it is not a finite number
   */
  constructor(startMs: number = DEFAULT_START_MS) {
    if (!Number.isFinite(startMs)) throw new ArgumentError("startMs must be a finite number of milliseconds");
    this.#nowMs = startMs;
  }

  /** Milliseconds since the Unix epoch. */
  now(): number {
    return this.#nowMs;
  }

  /** How many sleep at present. */
  get sleeping(): number {
    return this.#sleepers.length;
  }

  /** Resolves once the clock has been moved `ms` milliseconds; rejects with `signal.reason` when the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason as Error);
        return;
      }
      const stop = (): void => {
        this.#sleepers.splice(this.#sleepers.indexOf(sleeper), 1);
        reject(signal?.reason as Error);
      };
      const sleeper: Sleeper = {
        // `ms > 0` is false for NaN too, which `setTimeout` takes for 0.
        dueMs: this.#nowMs + (ms > 0 ? ms : 0),
        wake: () => {
          signal?.removeEventListener("abort", stop);
          resolve();
        },
      };
      signal?.addEventListener("abort", stop, { once: true });
      const later = this.#sleepers.findIndex((other) => other.dueMs > sleeper.dueMs);
      this.#sleepers.splice(later < 0 ? this.#sleepers.length : later, 0, sleeper);
    });
  }

  /** Keeps the clock still while `work` is pending: for what takes real time, such as deriving a key. */
  hold<T>(work: Promise<T>): Promise<T> {
    this.#held++;
    const release = (): void => {
      if (--this.#held === 0) this.#resume();
    };
    work.then(release, release);
    return work;
  }

  /**
   * Moves the clock by exactly `ms` milliseconds, waking on the way whoever is due, also who goes to sleep meanwhile.
   *
   * @throws {ArgumentError} if `ms` is not a finite number from 0; Error if the clock is already being moved
   */
  async advance(ms: number): Promise<void> {
    if (!(ms >= 0 && ms < Infinity)) throw new ArgumentError("ms must be a finite number of milliseconds from 0");
    const end = this.#nowMs + ms;
    await this.#move(async () => {
      do await this.#settle();
      while (this.#wakeNext(end));
      this.#nowMs = end;
    });
  }

  /**
   * Moves the clock from sleeper to sleeper until `promise` settles, and resolves or rejects as it does. The clock
   * stands at the moment at which that happened.
   *
   * @throws Error if the clock is already being moved, or if nothing is left that could settle the promise: nobody
   * sleeps, no request is open, nothing is held
   */
  async runUntil<T>(promise: PromiseLike<T>): Promise<T> {
    let isSettled = false;
    const work = Promise.resolve(promise);
    const mark = (): void => {
      isSettled = true;
      this.#resume();
    };
    work.then(mark, mark);
    await this.#move(async () => {
      for (let patience = PATIENCE_STEPS; ;) {
        await this.#settle(() => isSettled);
        if (isSettled) return;
        if (this.#wakeNext(Number.MAX_VALUE)) {
          patience = PATIENCE_STEPS;
        } else if (patience-- > 0) {
          await new Promise((resolve) => setTimeout(resolve, PATIENCE_STEP_MS));
        } else {
          throw new Error("The promise can't settle: nobody sleeps on this clock, no request is open, nothing is held");
        }
      }
    });
    return work;
  }

  async #move(steps: () => Promise<void>): Promise<void> {
    if (this.#moving) throw new Error("The clock is already being moved: await the first advance() or runUntil()");
    this.#moving = true;
    try {
      await steps();
    } finally {
      this.#moving = false;
    }
  }

  /** Resolves when nothing is held and everything that is pending has run, or soon after `isEnough`. */
  async #settle(isEnough: () => boolean = () => false): Promise<void> {
    for (let turns = 0; turns < TURNS_TO_SETTLE; turns++) {
      await turn();
      while (this.#held > 0 && !isEnough()) {
        await new Promise<void>((resolve) => this.#waiting.push(resolve));
        // What was held has just ended: whoever awaits it still has to run.
        turns = 0;
      }
    }
  }

  #resume(): void {
    for (const resume of this.#waiting.splice(0)) resume();
  }

  /** Wakes the first sleeper, if it is due by `endMs`. */
  #wakeNext(endMs: number): boolean {
    const [first] = this.#sleepers;
    if (first === undefined || first.dueMs > endMs) return false;
    this.#sleepers.shift();
    this.#nowMs = first.dueMs;
    first.wake();
    return true;
  }
}
