import { AccountError, ArgumentError, DexcomError } from "../errors.ts";
import { MAX_RETRY_AFTER_MS } from "../http/retry.ts";

/** The first wait after a failure; each further one doubles it. */
const FIRST_WAIT_MS = 5000;
/**
 * A 429 means that the service counts requests. A client of many accounts found that it takes about a minute to forget.
 */
const RATE_LIMIT_WAIT_MS = 60_000;
/** One request per reading, which also keeps a session of the default lifetime. */
const MAX_WAIT_MS = 300_000;

/** Returns `true` if waiting can't help against the failure. */
export function isFinal(failure: unknown, hasWorkedWithinDay: boolean): boolean {
  if (!(failure instanceof DexcomError)) return true;
  return (failure instanceof AccountError || failure instanceof ArgumentError) && !hasWorkedWithinDay;
}

/** @param failures Failures in a row before this one. */
export function delayAfter({ status, retryAfterMs }: DexcomError, failures: number): number {
  const firstMs = status === 429 ? RATE_LIMIT_WAIT_MS : FIRST_WAIT_MS;
  return Math.min(retryAfterMs ?? Math.min(firstMs * 2 ** failures, MAX_WAIT_MS), MAX_RETRY_AFTER_MS);
}
