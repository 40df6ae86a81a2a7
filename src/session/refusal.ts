import { AccountError, NetworkError, type DexcomError } from "../errors.ts";
import { accountError } from "../wire/faults.ts";

/** Why a password may not be posted for a while. */
export type RefusalCode = "CREDENTIALS_REFUSED" | "LOCKED_OUT" | "LOGIN_UNDECIDED";

/** The part of a refusal from which its error is made again. It holds no text of the service or of a store. */
export interface RefusalCause {
  readonly code: RefusalCode;
  readonly status?: number | undefined;
  readonly serverCode?: string | undefined;
  readonly traceId?: string | undefined;
}

/** A refusal, and the length of its cool-down. */
export interface Refusal extends RefusalCause {
  readonly waitMs: number;
}

/** A refusal that another process has stored. */
export interface StoredRefusal extends Refusal {
  /** Rest of its cool-down; 0 or less once that is over. */
  readonly leftMs: number;
}

export const DAY_MS = 86_400_000;

/** First and longest cool-down. Each further refusal with the same code doubles it, up to `maxMs`. */
const COOL_DOWNS: Readonly<Record<RefusalCode, { readonly firstMs: number; readonly maxMs: number }>> = {
  CREDENTIALS_REFUSED: { firstMs: 600_000, maxMs: 3_600_000 },
  // The service's own lock lasts about ten minutes.
  LOCKED_OUT: { firstMs: 600_000, maxMs: 600_000 },
  LOGIN_UNDECIDED: { firstMs: 60_000, maxMs: 600_000 },
};

/**
 * Returns the length of the next cool-down.
 *
 * @param previousMs The cool-down before, for the same code; 0 for the first refusal.
 * @param toldMs What the service asked for. It is never cut short, up to a day.
 */
export function coolDownMs(code: RefusalCode, previousMs: number, toldMs = 0): number {
  const { firstMs, maxMs } = COOL_DOWNS[code];
  return Math.max(Math.min(toldMs, DAY_MS), Math.min(previousMs * 2 || firstMs, maxMs));
}

/** Makes the error of a refusal again, for a call that sends nothing. */
export function refusalError({ code, status, serverCode, traceId, leftMs }: StoredRefusal): DexcomError {
  const details = { status, serverCode, traceId, attempts: 0, retryAfterMs: Math.round(leftMs) };
  if (code !== "LOGIN_UNDECIDED") return accountError(code, details);
  return new NetworkError(code, "The response to the last login was lost or unclear", details);
}

/** Tells if the service has just refused a password or locked the account. Earlier refusals have no attempt. */
export function isNewRefusal(error: unknown): error is AccountError & { code: RefusalCode } {
  return error instanceof AccountError && !!error.attempts;
}
