import { NetworkError, ServerError, type DexcomError, type DexcomErrorCode } from "../errors.ts";
import type { Repetition } from "../wire/operations.ts";
import { isConnectFailure } from "./network-failure.ts";

/** Options for repeating a failed attempt. */
export interface RetryOptions {
  /** Attempts in all; 0 and 1 both mean one. @default 3 */
  readonly retries?: number | undefined;
  /** Longest first wait in milliseconds. It doubles with each attempt. @default 200 */
  readonly baseDelayMs?: number | undefined;
  /** Longest wait in milliseconds, unless the service asks for a longer one. @default 4000 */
  readonly maxDelayMs?: number | undefined;
  /** Draws each wait at random between 0 and its full length, so that clients spread out. @default true */
  readonly jitter?: boolean | undefined;
  /** Statuses that are retried if the body does not say what is wrong. @default [429, 500, 502, 503, 504] */
  readonly retryOnStatuses?: readonly number[] | undefined;
}

/** `RetryOptions` with the defaults in place. */
export type RetryPolicy = { readonly [K in keyof RetryOptions]-?: NonNullable<RetryOptions[K]> };

/** Shortest wait after a 429 without `Retry-After`: the service has asked to slow down. */
const MIN_RATE_LIMIT_DELAY_MS = 1000;

/** Longest `Retry-After` that is obeyed. A header that names a year would silence a client for a year. */
export const MAX_RETRY_AFTER_MS = 86_400_000;

/**
 * Returns the milliseconds to wait after the failed attempt number `attempt` (1 is the first). `maxDelayMs` limits the
 * client's own back-off only: what the service asks for is waited in full, up to a day.
 */
export function retryDelayMs(
  policy: RetryPolicy,
  attempt: number,
  failure: { readonly status?: number | undefined; readonly retryAfterMs?: number | undefined },
  random: () => number = Math.random,
): number {
  if (failure.retryAfterMs !== undefined) return Math.min(failure.retryAfterMs, MAX_RETRY_AFTER_MS);
  const full = Math.min(policy.maxDelayMs, policy.baseDelayMs * 2 ** (attempt - 1));
  const delay = policy.jitter ? random() * full : full;
  return failure.status === 429 ? Math.max(MIN_RATE_LIMIT_DELAY_MS, delay) : delay;
}

/**
 * Reads `Retry-After` strictly (RFC 9110, 10.2.3): whole seconds, or an IMF-fixdate. The date is measured against the
 * response's own `Date`, because the caller's clock may be wrong by hours. A moment in the past is 0. Anything else is
 * `undefined`.
 */
export function parseRetryAfter(headers: Headers, now: number): number | undefined {
  const value = headers.get("retry-after");
  if (value === null) return undefined;
  if (/^\d+$/.test(value)) return Math.min(Number(value) * 1000, Number.MAX_SAFE_INTEGER);
  const moment = parseHttpDate(value);
  if (moment === undefined) return undefined;
  return Math.max(0, moment - (parseHttpDate(headers.get("date")) ?? now));
}

/** Reads an IMF-fixdate, the only form that servers may send, as milliseconds. `Date.parse` accepts far more. */
export function parseHttpDate(value: string | null): number | undefined {
  const ms = Date.parse(value ?? "");
  return ms === ms && new Date(ms).toUTCString() === value ? ms : undefined;
}

/**
 * Tells if the service may have carried out the request although the attempt failed. It has not if the connection
 * failed, if its response says so, or if it rejected the request.
 */
export function isUndecided(failure: DexcomError): boolean {
  if (failure instanceof NetworkError) return !isConnectFailure(failure.cause);
  if (!(failure instanceof ServerError) || DECIDED.includes(failure.code)) return false;
  const { status = 0 } = failure;
  return (status < 400 || status >= 500) && !TURNED_AWAY_STATUSES.includes(status);
}

/** Errors that the service's own response stands for. */
const DECIDED: readonly DexcomErrorCode[] = ["UNKNOWN_FAULT", "DEFAULT_ID", "RATE_LIMITED"];

/** Statuses that mean that the server has not begun to process the request. */
const TURNED_AWAY_STATUSES: readonly number[] = [429, 503];

/**
 * Tells if a failed attempt may be repeated. Only network failures and the statuses of the policy may, and only if the
 * body does not say what is wrong.
 */
export function mayRetry(
  failure: DexcomError,
  { policy, attempt, repetition }: { policy: RetryPolicy; attempt: number; repetition: Repetition },
): boolean {
  const isTransient =
    failure instanceof NetworkError ||
    (failure instanceof ServerError && policy.retryOnStatuses.includes(failure.status!));
  if (attempt >= policy.retries || repetition === "once" || !isTransient) return false;
  if (repetition === "read") return true;
  // A fault is final, and faults come with HTTP 500.
  if (repetition === "repeatable") return failure.status !== 500;
  // A lost response may have been a refusal, so a login is repeated once at most.
  if (failure.code === "UNKNOWN_FAULT") return false;
  return TURNED_AWAY_STATUSES.includes(failure.status!) || attempt === 1;
}
