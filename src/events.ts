import { NetworkError, type DexcomError } from "./errors.ts";
import type { BadRecord } from "./wire/readings.ts";

/** Method of a cache or store that failed; `"lock"` is a store's `replace` around a login. */
export type CacheMethod = "get" | "set" | "clear" | "lock";

/** Event behind a call. It holds no secret, so it may be logged as it is. */
export type DexcomEvent =
  /** An attempt failed. The next one is made in `delayMs`. */
  | {
      readonly type: "retry";
      readonly operation: string;
      readonly attempt: number;
      readonly delayMs: number;
      readonly error: DexcomError;
    }
  /** A login succeeded. */
  | { readonly type: "login" }
  /**
   * The service refused the credentials or has locked the account; they are not sent again before `error.retryAfterMs`.
   */
  | { readonly type: "refused"; readonly error: DexcomError }
  /** The session cache or store failed or took too long; the call goes on without it. */
  | { readonly type: "cache-failure"; readonly method: CacheMethod }
  /** A record broke a rule. Sent with `badRecords: "report"`, and always by `watch()`. */
  | ({ readonly type: "bad-record" } & BadRecord)
  /**
   * `watch()`: the newest reading is older than `staleAfterMs`. Sent once, while the consumer waits for the next
   * reading.
   */
  | { readonly type: "stale" }
  /** `watch()`: after `stale`, a new reading has arrived. */
  | { readonly type: "recovered" }
  /** `watch()`: `since` was in the future by the service's clock, and was replaced. */
  | { readonly type: "since-clamped"; readonly from: Date; readonly to: Date }
  /**
   * `watch()`: the service holds more readings than a response can have, so that those between these two instants may
   * be missing.
   */
  | { readonly type: "readings-lost"; readonly after: Date; readonly before: Date }
  /**
   * `watch()`: a request failed, and the next one is made in `delayMs`. That is the time that the service asks for, or
   * the cool-down of refused credentials. Otherwise it is 5 s, or a minute after a 429, and doubles with each failure
   * in a row up to 5 minutes.
   */
  | { readonly type: "waiting"; readonly delayMs: number; readonly error: DexcomError };

/** Tells the user's `onEvent`. */
export type Emit = (event: DexcomEvent) => void;

/** Makes an `Emit` of the user's handler. An error of the handler reaches no call. */
export function emitter(onEvent: ((event: DexcomEvent) => unknown) | undefined): Emit {
  if (!onEvent) return makeWarner();
  return (event) => {
    void (async () => onEvent(event))().catch(() => undefined);
  };
}

/**
 * Stands in for a missing handler. Warns once per client, because a `watch()` that can't reach its host looks the same
 * as one whose next reading is not due yet.
 */
function makeWarner(): Emit {
  let hasWarned = false;
  return (event) => {
    if (hasWarned || event.type !== "waiting" || !(event.error instanceof NetworkError)) return;
    hasWarned = true;
    (globalThis.console as Console | undefined)?.warn(
      `dexcom-share-ts: watch() retries after a failure: ${event.error.message}. Pass onEvent to handle it.`,
    );
  };
}
