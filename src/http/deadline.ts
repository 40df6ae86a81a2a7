import { elapsedMs, schedule, type Clock } from "../clock.ts";
import { TimeoutError } from "../errors.ts";

/** End of a call: a moment, or an abort. */
export interface CallLimit {
  /** By `elapsedMs()` of the client's clock, so that a corrected wall clock neither shortens nor lengthens a call. */
  readonly endsAtElapsedMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** Milliseconds until the limit; 0 or less if it is over. */
export function remainingMs(clock: Clock, { endsAtElapsedMs }: CallLimit): number {
  return endsAtElapsedMs - elapsedMs(clock);
}

/** Has `callback`, and it alone, called when the work is stopped: a listener on the signal costs five times as much. */
export type OnStop = (callback: () => void) => void;

/**
 * Runs `work` for at most `ms`, and no longer than `limit` allows. Its signal aborts with the caller's own reason or
 * with the time-out's error. Work that ignores its signal is left behind: nobody waits longer for it. The
 * caller's signal is linked by hand and unlinked at the end: `AbortSignal.any` on a long-lived signal retains memory.
 *
 * @param timedOut Makes what to fail with when `ms` have passed.
 * @throws {TimeoutError} `DEADLINE_EXCEEDED` where the call's time ends first; `limit.signal.reason` itself on an abort.
 * Where either is so from the start, no work is begun.
 */
export async function within<T>(
  clock: Clock,
  limit: CallLimit,
  ms: number,
  timedOut: () => unknown,
  work: (signal: AbortSignal, onStop: OnStop) => Promise<T>,
): Promise<T> {
  const { signal } = limit;
  if (signal?.aborted) throw signal.reason;
  const left = remainingMs(clock, limit);
  const deadlineExceeded = (): TimeoutError => new TimeoutError("DEADLINE_EXCEEDED", "Not done by the deadline");
  if (left <= 0) throw deadlineExceeded();
  return new Promise((resolve, reject) => {
    const inner = new AbortController();
    let stopped: (() => void) | undefined;
    const onStop: OnStop = (callback) => {
      stopped = callback;
    };
    const stop = (reason: unknown): void => {
      end();
      // Before the abort: what the work makes of that would come first otherwise.
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- an abort's reason is passed on, whatever it is
      reject(reason);
      inner.abort(reason);
      stopped?.();
    };
    const onAbort = (): void => {
      stop(signal?.reason);
    };
    const cancel = schedule(clock, Math.min(ms, left), () => {
      stop(ms < left ? timedOut() : deadlineExceeded());
    });
    const end = (): void => {
      cancel();
      signal?.removeEventListener("abort", onAbort);
    };
    signal?.addEventListener("abort", onAbort);
    work(inner.signal, onStop).then(
      (result) => {
        end();
        resolve(result);
      },
      (error: unknown) => {
        end();
        // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- so is what the work fails with
        reject(error);
      },
    );
  });
}
