import { fromRealMs, type Clock } from "../clock.ts";
import { within, type CallLimit } from "../http/deadline.ts";
import type { CacheMethod, Emit } from "../events.ts";

/** Longest real time that a user's cache or store may take before the call goes on without it. */
const STORAGE_TIMEOUT_MS = 2000;

/** Result of a call that failed. `null` and `undefined` mean that the cache is empty. */
export const FAILED: unique symbol = /* @__PURE__ */ Symbol("failed");

/** Parts of a client that a call to its cache needs. */
export interface StorageContext {
  readonly clock: Clock;
  readonly emit: Emit;
}

/** Calls a cache that may throw or hang. The failure is reported, and only an abort is thrown. */
export async function callStorage<T>(
  { clock, emit }: StorageContext,
  call: { readonly method: CacheMethod; readonly limit: CallLimit; readonly timeoutMs?: number },
  work: () => Promise<T>,
): Promise<T | typeof FAILED> {
  const { method, limit, timeoutMs = STORAGE_TIMEOUT_MS } = call;
  try {
    return await within(
      clock,
      limit,
      fromRealMs(clock, timeoutMs),
      () => FAILED,
      // An async function, because a cache may also throw before it returns a promise.
      async () => work(),
    );
  } catch {
    if (limit.signal?.aborted) throw limit.signal.reason;
    emit({ type: "cache-failure", method });
    return FAILED;
  }
}
