import { NetworkError, ServerError, type DexcomError } from "../errors.ts";

/** When a failed attempt is made again. */
export interface RetryOptions {
  /** Attempts in all; 0 and 1 both mean one. @default 3 */
  readonly retries?: number | undefined;
  /** Milliseconds of the first wait; each further one may be twice as long. @default 200 */
  readonly baseDelayMs?: number | undefined;
  /** The longest wait of our own choosing; one that the service asks for may be longer. @default 4000 */
  readonly maxDelayMs?: number | undefined;
  /** Draw each wait at random between nothing and its full length, so that clients spread out. @default true */
  readonly jitter?: boolean | undefined;
  /** Statuses worth another attempt, where the body does not say what is wrong. @default [429, 500, 502, 503, 504] */
  readonly retryOnStatuses?: readonly number[] | undefined;
}

/** `RetryOptions` with the defaults in place. */
export type RetryPolicy = { readonly [K in keyof RetryOptions]-?: NonNullable<RetryOptions[K]> };

/** The least wait after a 429 that names none: the service has begun to count (wire-protocol 14). */
const RATE_LIMIT_FLOOR_MS = 1000;

/**
 * Milliseconds to wait after the failed attempt number `attempt` (1 is the first). A hint of the service is never cut
 * short; `maxDelayMs` caps our own back-off only.
 */
export function retryDelayMs(
  policy: RetryPolicy,
  attempt: number,
  failure: { readonly status?: number | undefined; readonly retryAfterMs?: number | undefined },
  random: () => number = Math.random,
): number {
  if (failure.retryAfterMs !== undefined) return failure.retryAfterMs;
  const full = Math.min(policy.maxDelayMs, policy.baseDelayMs * 2 ** (attempt - 1));
  const delay = policy.jitter ? random() * full : full;
  return failure.status === 429 ? Math.max(RATE_LIMIT_FLOOR_MS, delay) : delay;
}

/**
 * Reads `Retry-After` strictly (RFC 9110, 10.2.3): whole seconds, or an IMF-fixdate, measured against the answer's own
 * `Date`, because the caller's clock may be wrong by hours. A moment in the past is 0; anything else is no hint.
 */
export function parseRetryAfter(headers: Headers, now: number): number | undefined {
  const value = headers.get("retry-after");
  if (value === null) return undefined;
  if (/^\d+$/.test(value)) return Math.min(Number(value) * 1000, Number.MAX_SAFE_INTEGER);
  const moment = parseHttpDate(value);
  if (moment === undefined) return undefined;
  return Math.max(0, moment - (parseHttpDate(headers.get("date")) ?? now));
}

/** Milliseconds of an IMF-fixdate, the one form that servers may send. `Date.parse` alone takes almost anything. */
export function parseHttpDate(value: string | null): number | undefined {
  const ms = Date.parse(value ?? "");
  return ms === ms && new Date(ms).toUTCString() === value ? ms : undefined;
}

/**
 * Whether a failed attempt is worth another. What the body said is final: only a network failure, or a status on the
 * list with a body that says nothing we know. A login is more careful: an answer that was lost on the way may have been
 * a refusal, so it is sent once more and no further, and a fault of an unknown name not at all.
 */
export function mayRetry(policy: RetryPolicy, attempt: number, failure: DexcomError, isLogin = false): boolean {
  if (attempt >= policy.retries) return false;
  const isLost = failure instanceof NetworkError && failure.code !== "DEADLINE_EXCEEDED";
  if (!isLost && !(failure instanceof ServerError && policy.retryOnStatuses.includes(failure.status!))) return false;
  if (!isLogin) return true;
  if (failure.code === "UNKNOWN_FAULT") return false;
  return TURNED_AWAY.includes(failure.status!) || attempt === 1;
}

/** The two statuses with which a server says that it did not even begin. */
const TURNED_AWAY: readonly number[] = [429, 503];
