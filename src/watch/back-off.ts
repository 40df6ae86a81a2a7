import type { Emit } from "../events.ts";
import { AccountError, ArgumentError, DexcomError } from "../errors.ts";
import { MAX_RETRY_AFTER_MS } from "../http/retry.ts";

/** The first wait after a failure; each further one doubles it. */
const FIRST_WAIT_MS = 5000;
/** The service has begun to count: a busy client of many accounts found that this helps (wire-protocol 14). */
const RATE_LIMIT_WAIT_MS = 60_000;
/** Still once per reading, and often enough to keep a session of the default lifetime. */
const LONGEST_WAIT_MS = 300_000;
/** Of credentials that have worked: the refusal itself, and one probe. */
const MAX_REFUSALS = 2;

/** Makes what says how long to wait after one more failure in a row; it throws the one that no wait helps against. */
export function makeBackOff(session: { readonly hasLoggedIn: boolean }, emit: Emit): (failure: unknown) => number {
  let failures = 0;
  let refusals = 0;
  return (error) => {
    const isRefusal = error instanceof AccountError;
    // Without an attempt it is the same refusal once more.
    if (isRefusal && error.attempts) refusals++;
    const isFinal = (isRefusal || error instanceof ArgumentError) && !session.hasLoggedIn;
    if (isFinal || refusals > MAX_REFUSALS || !(error instanceof DexcomError)) throw error;
    const firstMs = error.status === 429 ? RATE_LIMIT_WAIT_MS : FIRST_WAIT_MS;
    const delayMs =
      error.retryAfterMs === undefined
        ? Math.min(firstMs * 2 ** failures++, LONGEST_WAIT_MS)
        : Math.min(error.retryAfterMs, MAX_RETRY_AFTER_MS);
    emit({ type: "waiting", delayMs, error });
    return delayMs;
  };
}
