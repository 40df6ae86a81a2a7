/**
 * What tells the time and waits. Everything in the library that waits does it through this, so that a test can let a
 * day pass in milliseconds with the `VirtualClock` of `dexcom-share-ts/simulator`.
 */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /**
   * Milliseconds since a fixed moment, by a clock that nobody sets. Intervals are measured with it, so that a wrong or
   * corrected wall clock neither shortens nor lengthens them. @default `now`
   */
  elapsed?(): number;
  /** Resolves `ms` milliseconds from now; rejects with `signal.reason`, and holds nothing, once the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Keeps a clock that moves by itself from moving while `work` is pending. A clock of real time needs none. */
  hold?<T>(work: Promise<T>): Promise<T>;
}

/** Longest delay that `setTimeout` takes. A longer one fires at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** Calls back in `ms` of real time, unless what it returns is called first. */
function startTimer(ms: number, callback: () => void): () => void {
  const start = (left: number): ReturnType<typeof setTimeout> =>
    setTimeout(
      () => {
        if (left > MAX_TIMER_MS) timer = start(left - MAX_TIMER_MS);
        else callback();
      },
      Math.min(left, MAX_TIMER_MS),
    );
  let timer = start(ms);
  return () => {
    clearTimeout(timer);
  };
}

/** Real time. */
export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
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

/** Reads the clock that intervals are measured with. */
export function elapsedMs(clock: Clock): number {
  return clock.elapsed?.() ?? clock.now();
}

/** Why a wait is over that nobody needs any more. Made once: an abort without a reason builds an exception with a stack. */
const CANCELLED = "cancelled";

/** Calls back in `ms` of `clock`, unless what it returns is called first. */
export function schedule(clock: Clock, ms: number, callback: () => void): () => void {
  // Each request has such a timer; a promise and a signal for it would cost more than the rest of the wait.
  if (clock === systemClock) return startTimer(ms, callback);
  const controller = new AbortController();
  clock.sleep(ms, controller.signal).then(callback, () => undefined);
  return () => {
    controller.abort(CANCELLED);
  };
}
