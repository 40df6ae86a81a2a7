/**
 * What tells the time and waits. Everything in the library that waits does it through this, so that a test can let a
 * day pass in milliseconds with the `VirtualClock` of `dexcom-share-ts/simulator`.
 */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** Resolves `ms` milliseconds from now; rejects with `signal.reason`, and holds nothing, once the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Keeps a clock that moves by itself from moving while `work` is pending. A clock of real time needs none. */
  hold?<T>(work: Promise<T>): Promise<T>;
}

/** The longest delay that `setTimeout` takes; above it fires at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Real time. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason as Error);
        return;
      }
      let timer: ReturnType<typeof setTimeout>;
      const stop = (): void => {
        clearTimeout(timer);
        reject(signal?.reason as Error);
      };
      const wait = (left: number): void => {
        timer = setTimeout(
          () => {
            if (left > LONGEST_TIMER_MS) {
              wait(left - LONGEST_TIMER_MS);
              return;
            }
            signal?.removeEventListener("abort", stop);
            resolve();
          },
          Math.min(left, LONGEST_TIMER_MS),
        );
      };
      signal?.addEventListener("abort", stop, { once: true });
      wait(ms);
    }),
};
