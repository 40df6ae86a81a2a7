import { turn } from "./turn.ts";

/** A pending `sleep`. */
interface Sleeper {
  readonly dueMs: number;
  wake(): void;
}

/** Turns of the event loop between two steps: code that was woken may await several promises before it sleeps again. */
const TURNS_TO_SETTLE = 3;
/** Grace before `runUntil` gives up, in case real work such as a dynamic import is under way: 20 × 10 ms. */
const PATIENCE_STEPS = 20;
const PATIENCE_STEP_MS = 10;

/** Virtual time as it passes: milliseconds from 0, and the sleepers that wake on the way. It has no time of day. */
export class Timeline {
  #elapsedMs = 0;
  #isMoving = false;
  #heldCount = 0;
  /** Wake `#settle` when the last hold ends or the promise of `runUntil` settles. */
  readonly #waiting: (() => void)[] = [];
  /** In the order in which they wake. */
  readonly #sleepers: Sleeper[] = [];

  get elapsedMs(): number {
    return this.#elapsedMs;
  }

  get sleeping(): number {
    return this.#sleepers.length;
  }

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
        dueMs: this.#elapsedMs + (ms > 0 ? ms : 0),
        wake: () => {
          signal?.removeEventListener("abort", stop);
          resolve();
        },
      };
      signal?.addEventListener("abort", stop, { once: true });
      this.#sleepers.splice(this.#indexAfter(sleeper.dueMs), 0, sleeper);
    });
  }

  hold<T>(work: Promise<T>): Promise<T> {
    this.#heldCount++;
    const release = (): void => {
      if (--this.#heldCount === 0) this.#resume();
    };
    work.then(release, release);
    return work;
  }

  async advance(ms: number): Promise<void> {
    const endMs = this.#elapsedMs + ms;
    await this.#move(async () => {
      do await this.#settle();
      while (this.#wakeNext(endMs));
      this.#elapsedMs = endMs;
    });
  }

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
          throw new Error("The promise can't settle: nothing waits on this clock, no request is open, nothing is held");
        }
      }
    });
    return work;
  }

  /** Returns the place of a new sleeper, behind those due at the same time. Halves the search: thousands may sleep. */
  #indexAfter(dueMs: number): number {
    let low = 0;
    let high = this.#sleepers.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#sleepers[middle]!.dueMs > dueMs) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  async #move(steps: () => Promise<void>): Promise<void> {
    if (this.#isMoving) throw new Error("The clock is already being moved: await the first advance() or runUntil()");
    this.#isMoving = true;
    try {
      await steps();
    } finally {
      this.#isMoving = false;
    }
  }

  /** Resolves when nothing is held and everything pending has run, or soon after `isEnough`. */
  async #settle(isEnough: () => boolean = () => false): Promise<void> {
    for (let turns = 0; turns < TURNS_TO_SETTLE; turns++) {
      await turn();
      while (this.#heldCount > 0 && !isEnough()) {
        await new Promise<void>((resolve) => this.#waiting.push(resolve));
        // A hold has just ended: the code that awaits it still has to run.
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
    this.#elapsedMs = first.dueMs;
    first.wake();
    return true;
  }
}
