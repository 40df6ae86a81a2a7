/**
 * Tells the time and waits. Everything in the library that waits uses it, so that a test can let a day pass in
 * milliseconds with the `VirtualClock` of `dexcom-share-ts/simulator`.
 */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /**
   * Milliseconds since a fixed moment, by a clock that nobody sets. Intervals are measured with it, so a correction of
   * the wall clock does not change them. @default derived from `now`; a step back of `now` counts as 0 ms
   */
  elapsed?(): number;
  /** Resolves after `ms` milliseconds. If the signal aborts, it rejects with `signal.reason` and keeps no timer. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Stops a clock that moves by itself while `work` is pending. A clock of real time needs no such method. */
  hold?<T>(work: Promise<T>): Promise<T>;
  /**
   * Multiple of real time at which the clock runs. A store works in real time, so its limits are longer by this factor.
   * @default 1
   */
  readonly speed?: number | undefined;
}

/** Longest delay that `setTimeout` takes. A longer one fires at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** Real timers fire a millisecond early at most, but some browsers round `performance.now()` to 100 ms. */
const MAX_EARLY_MS = 100;

/** Milliseconds by which fake timers have moved ahead of `performance.now()`. Those of `node:test` don't fake it. */
let fakedMs = 0;

function elapsed(): number {
  return performance.now() + fakedMs;
}

/** Calls back after `ms` of real time, unless the returned function is called first. */
function startTimer(ms: number, callback: () => void, stepMs = ms): () => void {
  const endsAt = performance.now() + ms;
  const start = (left: number): ReturnType<typeof setTimeout> => {
    const delayMs = Math.min(left, stepMs, MAX_TIMER_MS);
    const startedAt = elapsed();
    return setTimeout(() => {
      const missingMs = Math.min(delayMs, startedAt + delayMs - elapsed());
      if (missingMs > MAX_EARLY_MS) fakedMs += missingMs;
      // After a stall, one more millisecond lets the event loop take in what has arrived.
      const leftMs = Math.min(left - delayMs, Math.max(1, endsAt - performance.now()));
      if (leftMs > 0) timer = start(leftMs);
      else callback();
    }, delayMs);
  };
  let timer = start(ms);
  return () => {
    clearTimeout(timer);
  };
}

/** Real time. */
export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed,
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      const stop = (): void => {
        cancel();
        reject(signal?.reason as Error);
      };
      const cancel = startTimer(ms, () => {
        signal?.removeEventListener("abort", stop);
        resolve();
      });
      if (signal?.aborted) stop();
      else signal?.addEventListener("abort", stop, { once: true });
    }),
};

/** Converts milliseconds of real time to those of a clock. */
export function fromRealMs(clock: Clock, ms: number): number {
  return ms * (clock.speed ?? 1);
}

/** Last time of each clock without `elapsed()`, and the time that had elapsed on it by then. */
const lastReadings = new WeakMap<Clock, { readonly now: number; readonly elapsed: number }>();

/** Reads the clock that intervals are measured with. Never goes back. */
export function elapsedMs(clock: Clock): number {
  return clock.elapsed?.() ?? elapsedByNow(clock);
}

/** A wall clock that was set back a day would otherwise make a wait of a minute last a day. */
function elapsedByNow(clock: Clock): number {
  const now = clock.now();
  const last = lastReadings.get(clock) ?? { now, elapsed: now };
  const elapsed = last.elapsed + Math.max(0, now - last.now);
  lastReadings.set(clock, { now, elapsed });
  return elapsed;
}

/** Settings of `schedule()`. */
interface ScheduleOptions {
  /** Number of timers that real time passes in, one after the other. @default 1 */
  readonly steps?: number;
  /** Receives the error of a clock that fails to sleep. @default the callback is never called then */
  readonly onFailure?: (error: unknown) => void;
}

/** Calls back after `ms` of `clock`, unless the returned function is called first. */
export function schedule(
  clock: Clock,
  ms: number,
  callback: () => void,
  { steps = 1, onFailure }: ScheduleOptions = {},
): () => void {
  // Each request has such a timer. A promise and a signal for it would cost more than the rest of the wait.
  if (clock === systemClock) return startTimer(ms, callback, Math.ceil(ms / steps));
  const controller = new AbortController();
  clock.sleep(ms, controller.signal).then(callback, (error: unknown) => {
    if (!controller.signal.aborted) onFailure?.(error);
  });
  // With a reason: an abort without one builds an exception with a stack.
  return () => controller.abort("cancelled");
}
