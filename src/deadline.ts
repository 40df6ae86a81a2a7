import type { Clock } from "./clock.ts";

/** How long some work may take, and whose abort ends it. */
export interface Limit {
  readonly clock: Clock;
  readonly ms: number;
  readonly signal?: AbortSignal | undefined;
  /** What the work fails with when `ms` have passed. */
  readonly timedOut: () => unknown;
}

/** Why a signal of `within` aborts once its work is done. Made once: an abort without a reason builds an exception with a stack. */
const DONE = "done";

/**
 * Runs `work` for as long as `limit` allows. The signal that it gets aborts with the caller's own reason, with the
 * time-out's error, or as soon as the work is done, so that nothing it started outlives it. Work that ignores its
 * signal is left behind: the caller never waits longer. The caller's signal is linked by hand and unlinked at the end,
 * because `AbortSignal.any` on a long-lived signal retains memory.
 *
 * @throws `signal.reason` itself on an abort, also where the signal was aborted before; then no work is begun.
 */
export async function within<T>(limit: Limit, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const outer = limit.signal;
  if (outer?.aborted) throw outer.reason;
  const inner = new AbortController();
  let fail!: (reason: unknown) => void;
  const stopped = new Promise<never>((_, reject) => {
    fail = reject;
  });
  const stop = (reason: unknown): void => {
    // Rejects before it aborts: otherwise the error that the work makes of the abort could win the race.
    fail(reason);
    inner.abort(reason);
  };
  const onAbort = (): void => {
    stop(outer?.reason);
  };
  outer?.addEventListener("abort", onAbort);
  limit.clock.sleep(limit.ms, inner.signal).then(
    () => {
      stop(limit.timedOut());
    },
    () => undefined,
  );
  try {
    return await Promise.race([work(inner.signal), stopped]);
  } finally {
    outer?.removeEventListener("abort", onAbort);
    inner.abort(DONE);
  }
}
