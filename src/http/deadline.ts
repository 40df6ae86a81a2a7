import { elapsedMs, schedule, type Clock } from "../clock.ts";
import { TimeoutError } from "../errors.ts";

/** End of a call: a moment, or an abort. */
export interface CallLimit {
  /** Moment by `elapsedMs()`, so that a corrected wall clock neither shortens nor lengthens a call. */
  readonly endsAtElapsedMs: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Number of steps of a time-out. After an event-loop stall, one long timer would fire before the response that already
 * arrived. Fake timers give real work, such as a digest, one turn of the event loop for each timer.
 */
const TIMEOUT_STEPS = 32;

/** Milliseconds until the limit; 0 or less if it is over. */
export function remainingMs(clock: Clock, { endsAtElapsedMs }: CallLimit): number {
  return endsAtElapsedMs - elapsedMs(clock);
}

/** Sets the function to call when the work is stopped. A listener on the signal would cost five times as much. */
export type OnStop = (callback: () => void) => void;

/**
 * Runs `work` for at most `ms`, and no longer than `limit` allows. The signal of the work aborts with the caller's own
 * reason or with the error of the time-out. Nobody waits longer for work that ignores its signal.
 *
 * The caller's signal is linked by hand and detached at the end, because `AbortSignal.any` on a signal that lives long
 * retains memory.
 *
 * @param timedOut Makes the error for the moment when `ms` have passed.
 * @throws {TimeoutError} `DEADLINE_EXCEEDED` if the call's time ends first. On an abort it throws `limit.signal.reason`
 * itself. If either has happened already, the work doesn't start.
 */
export function within<T>(
  clock: Clock,
  limit: CallLimit,
  ms: number,
  timedOut: () => unknown,
  work: (signal: AbortSignal, onStop: OnStop) => Promise<T>,
): Promise<T> {
  const { signal } = limit;
  const deadlineExceeded = (): TimeoutError =>
    new TimeoutError("DEADLINE_EXCEEDED", "The call took longer than deadlineMs allows");
  return new Promise((resolve, reject) => {
    if (signal?.aborted) throw signal.reason;
    const left = remainingMs(clock, limit);
    if (left <= 0) throw deadlineExceeded();
    const inner = new AbortController();
    let onStopped: (() => void) | undefined;
    const stop = (reason: unknown): void => {
      end();
      // Before the abort, or the error that the work makes of the abort would come first.
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- an abort's reason is passed on as it is
      reject(reason);
      inner.abort(reason);
      onStopped?.();
    };
    const onAbort = (): void => stop(signal?.reason);
    const onTimeout = (): void => stop(ms < left ? timedOut() : deadlineExceeded());
    const cancel = schedule(clock, Math.min(ms, left), onTimeout, { steps: TIMEOUT_STEPS });
    const end = (): void => {
      cancel();
      signal?.removeEventListener("abort", onAbort);
    };
    signal?.addEventListener("abort", onAbort);
    const onStop: OnStop = (callback) => {
      onStopped = callback;
    };
    work(inner.signal, onStop).then(
      (result) => {
        end();
        resolve(result);
      },
      (error: unknown) => {
        end();
        // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- and so is an error of the work
        reject(error);
      },
    );
  });
}
