import { systemClock, type Clock } from "./clock.ts";
import { emitter, type DexcomEvent, type Emit } from "./events.ts";
import { isRegion, REGION_ENDPOINTS, type Region } from "./region.ts";
import { SecretList } from "./http/secret-list.ts";
import { checkBaseUrl } from "./http/base-url.ts";
import type { RetryOptions, RetryPolicy } from "./http/retry.ts";
import { MemorySessionCache, type SessionCache } from "./session/session-cache.ts";
import type { SessionStore } from "./session/session-store.ts";
import { assertArgument, checkMethods, checkMilliseconds, checkNames, isObject } from "./validate.ts";
import { hasIdForm, isId } from "./wire/ids.ts";
import { SERVICES_PATH } from "./wire/operations.ts";

/** Login by name. */
interface UsernameOption {
  /** Email, user name or `+` with country code and phone number. One of the form of an account id is taken as that. */
  readonly username: string;
  readonly accountId?: undefined;
}

/** Login by id. */
interface AccountIdOption {
  /** The account's UUID; saves the first login step. */
  readonly accountId: string;
  readonly username?: undefined;
}

/**
 * Options of a client: the account, and how to reach it. An optional property that is `undefined` counts as absent.
 *
 * Give exactly one of `username` and `accountId`. The compiler rejects both, and neither. It also rejects a
 * `process.env.NAME` without `!`, because an unset variable would mean neither.
 */
export type DexcomOptions = ClientOptions & (UsernameOption | AccountIdOption);

/** Options besides the account. */
interface ClientOptions {
  /** Password of the account. It is sent in the body of login requests only. */
  readonly password: string;
  /** Region of the account: `"us"`, `"ous"` (outside the US) or `"jp"`. @default "us" */
  readonly region?: Region | undefined;
  /** Storage of the session id between calls, for this client or for many. @default new MemorySessionCache() */
  readonly cache?: SessionCache | SessionStore | undefined;
  /**
   * Idle lifetime of a session in a `SessionCache`, in milliseconds; a store has its own `ttlMs`.
   * @default 480_000 (8 minutes)
   */
  readonly sessionTtlMs?: number | undefined;
  /** Number of attempts, and the waits between them. @default 3 attempts */
  readonly retry?: RetryOptions | undefined;
  /** Milliseconds for one attempt, headers and body. @default 10_000 */
  readonly timeoutMs?: number | undefined;
  /** Milliseconds for one call in all: login, attempts and the waits between. @default 30_000 */
  readonly deadlineMs?: number | undefined;
  /** Function that sends the requests. @default globalThis.fetch, looked up at each call */
  readonly fetch?: typeof fetch | undefined;
  /** Origin and optional prefix of a proxy or simulator; https, or http on loopback. @default by region */
  readonly baseUrl?: string | URL | undefined;
  /** Application id that the service expects, a UUID. @default by region */
  readonly applicationId?: string | undefined;
  /** Clock for waits and intervals; tests pass a `VirtualClock`. @default real time */
  readonly clock?: Clock | undefined;
  /**
   * Result of a record that breaks a rule. `"reject"`: the call fails. `"report"`: the record is left out and reported
   * to `onEvent`; if only its trend is unknown, it keeps its figure. @default "reject"
   */
  readonly badRecords?: "reject" | "report" | undefined;
  /**
   * Receives what happens behind the calls. An error that it throws is ignored.
   * @default `console.warn` at the first network failure of `watch()`, once per client
   */
  readonly onEvent?: ((event: DexcomEvent) => void) | undefined;
}

/** Names of the options of `DexcomOptions`. */
export const OPTION_NAMES: readonly string[] = [
  "username",
  "accountId",
  "password",
  "region",
  "cache",
  "sessionTtlMs",
  "retry",
  "timeoutMs",
  "deadlineMs",
  "fetch",
  "baseUrl",
  "applicationId",
  "clock",
  "badRecords",
  "onEvent",
] satisfies readonly (keyof DexcomOptions)[];

const RETRY_NAMES: readonly string[] = [
  "retries",
  "baseDelayMs",
  "maxDelayMs",
  "jitter",
  "retryOnStatuses",
] satisfies readonly (keyof RetryOptions)[];

/** Checked options, with the defaults in place. */
export interface ResolvedOptions {
  readonly username: string | undefined;
  readonly accountId: string | undefined;
  readonly password: string;
  readonly applicationId: string;
  /** Ends in `/ShareWebServices/Services/`. */
  readonly servicesUrl: string;
  readonly cache: SessionCache | SessionStore;
  readonly ttlMs: number;
  readonly timeoutMs: number;
  readonly deadlineMs: number;
  readonly retry: RetryPolicy;
  readonly fetch: typeof fetch | undefined;
  readonly clock: Clock;
  readonly badRecords: "reject" | "report";
  readonly emit: Emit;
  /** Secrets that no error and no event may repeat. */
  readonly secrets: SecretList;
}

/**
 * Checks what a user gave.
 *
 * @throws {ArgumentError} that names the option, and never repeats its value.
 */
export function resolveOptions(options: DexcomOptions): ResolvedOptions {
  assertArgument(isObject(options), "options must be an object");
  checkNames("options", options, OPTION_NAMES);
  const { region = "us", clock = systemClock, fetch, onEvent, badRecords = "reject" } = options;
  assertArgument(isRegion(region), 'region must be "us", "ous" or "jp"');
  const endpoint = REGION_ENDPOINTS[region];
  const { applicationId = endpoint.applicationId, baseUrl = endpoint.origin } = options;
  assertArgument(isId(applicationId), "applicationId must be a UUID");
  checkMethods("clock", clock, ["now", "sleep"]);
  const { cache = new MemorySessionCache(clock) } = options;
  if (!isObject(cache) || !("bindSession" in cache)) checkMethods("cache", cache, ["get", "set", "clear"]);
  assertArgument(fetch === undefined || typeof fetch === "function", "fetch must be a function");
  assertArgument(onEvent === undefined || typeof onEvent === "function", "onEvent must be a function");
  assertArgument(badRecords === "reject" || badRecords === "report", 'badRecords must be "reject" or "report"');
  const identity = credentials(options);
  return {
    ...identity,
    applicationId,
    servicesUrl: servicesUrl(baseUrl),
    cache,
    ttlMs: checkMilliseconds("sessionTtlMs", options.sessionTtlMs, { fallback: 480_000 }),
    timeoutMs: checkMilliseconds("timeoutMs", options.timeoutMs, { fallback: 10_000 }),
    deadlineMs: checkMilliseconds("deadlineMs", options.deadlineMs, { fallback: 30_000 }),
    retry: retryPolicy(options.retry),
    fetch,
    clock,
    badRecords,
    emit: emitter(onEvent),
    secrets: new SecretList(identity.password, identity.username, identity.accountId),
  };
}

function credentials(options: DexcomOptions): Pick<ResolvedOptions, "username" | "accountId" | "password"> {
  const { username, password } = options;
  assertArgument(username === undefined || options.accountId === undefined, "Give username or accountId, not both");
  // A user name of the form of an id is one: AuthenticatePublisherAccount has no use for it.
  const accountId = options.accountId ?? (hasIdForm(username) ? username : undefined);
  if (accountId === undefined) {
    assertArgument(typeof username === "string" && username.trim() !== "", "Username must be non-empty string");
  } else {
    assertArgument(hasIdForm(accountId), "Account ID must be UUID");
    assertArgument(isId(accountId), "Account ID default");
  }
  assertArgument(typeof password === "string" && password !== "", "Password must be non-empty string");
  return { username: accountId === undefined ? username : undefined, accountId, password };
}

/** @throws {ArgumentError} If an option is invalid. */
export function retryPolicy(given: RetryOptions = {}): RetryPolicy {
  assertArgument(isObject(given), "retry must be an object");
  checkNames("retry", given, RETRY_NAMES);
  const { retries = 3, jitter = true, retryOnStatuses = [429, 500, 502, 503, 504] } = given;
  assertArgument(Number.isSafeInteger(retries) && retries >= 0, "retry.retries must be a whole number, 0 or more");
  assertArgument(typeof jitter === "boolean", "retry.jitter must be true or false");
  assertArgument(
    Array.isArray(retryOnStatuses) && retryOnStatuses.every(Number.isSafeInteger),
    "retry.retryOnStatuses must be a list of HTTP statuses",
  );
  return {
    retries,
    baseDelayMs: checkMilliseconds("retry.baseDelayMs", given.baseDelayMs, { fallback: 200, min: 0 }),
    maxDelayMs: checkMilliseconds("retry.maxDelayMs", given.maxDelayMs, { fallback: 4000, min: 0 }),
    jitter,
    retryOnStatuses: [...retryOnStatuses],
  };
}

/** Returns the address of the services. Without TLS the password, which travels in the body, must not leave the machine. */
export function servicesUrl(baseUrl: string | URL): string {
  return checkBaseUrl("baseUrl", baseUrl) + SERVICES_PATH;
}
