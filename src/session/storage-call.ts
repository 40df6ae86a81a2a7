import type { Clock } from "../clock.ts";
import { within, type CallLimit } from "../http/deadline.ts";
import type { CacheMethod, Emit } from "../events.ts";

/** How long a user's cache or store may take: one that hangs must not take the reading with it. */
const CACHE_TIMEOUT_MS = 2000;

/** What a call that failed gives: `null` and `undefined` mean that the cache is empty. */
export const FAILED: unique symbol = /* @__PURE__ */ Symbol("failed");

/** Calls a cache that may throw or hang. That it did is reported, and only an abort is passed on. */
export async function askCache<T>(
  { clock, emit }: { readonly clock: Clock; readonly emit: Emit },
  method: CacheMethod,
  limit: CallLimit,
  work: () => Promise<T>,
  timeoutMs: number = CACHE_TIMEOUT_MS,
): Promise<T | typeof FAILED> {
  try {
    // An async function around it, because a cache may also throw before it returns a promise.
    return await within(
      clock,
      limit,
      timeoutMs,
      () => FAILED,
      async () => work(),
    );
  } catch {
    if (limit.signal?.aborted) throw limit.signal.reason;
    emit({ type: "cache-failure", method });
    return FAILED;
  }
}
