import { systemClock, type Clock } from "./clock.ts";
import { ArgumentError } from "./errors.ts";
import { emitter, type DexcomEvent, type Emit } from "./events.ts";
import { isRegion, REGION_ENDPOINTS, type Region } from "./region.ts";
import type { RetryOptions, RetryPolicy } from "./http/retry.ts";
import { MemorySessionCache, type SessionCache } from "./session/session-cache.ts";
import type { SessionStore } from "./session/session-store.ts";
import { hasIdForm, isId } from "./wire/ids.ts";

/** How to reach an account and how to behave on the way. Every option may be `undefined`, which means that it is absent. */
export interface DexcomOptions {
  /** Email, user name or `+` with country code and phone number. One of the form of an account id is taken as that. */
  readonly username?: string | undefined;
  /** The account's UUID; saves the first login step. Exactly one of `username` and `accountId` is given. */
  readonly accountId?: string | undefined;
  readonly password: string;
  /** @default "us" */
  readonly region?: Region | undefined;
  /** Where the session id is kept between calls, for this client or for many. @default new MemorySessionCache() */
  readonly cache?: SessionCache | SessionStore | undefined;
  /** How long a `SessionCache` keeps a session that is not used, in milliseconds; a store has its own `ttlMs`. @default 480_000 (8 minutes) */
  readonly sessionTtlMs?: number | undefined;
  readonly retry?: RetryOptions | undefined;
  /** Milliseconds for one attempt, headers and body. @default 10_000 */
  readonly timeoutMs?: number | undefined;
  /** Milliseconds for one call in all: login, attempts and the waits between. @default 30_000 */
  readonly deadlineMs?: number | undefined;
  /** @default globalThis.fetch, looked up at each call */
  readonly fetch?: typeof fetch | undefined;
  /** Origin and optional prefix of a proxy or simulator; https, or http on loopback. @default by region */
  readonly baseUrl?: string | URL | undefined;
  /** @default by region */
  readonly applicationId?: string | undefined;
  /** @default real time */
  readonly clock?: Clock | undefined;
  /**
   * What a record that breaks a rule does: fail the call, or be left out and reported to `onEvent`; one of which only
   * the trend is unknown then keeps its figure. @default "reject"
   */
  readonly badRecords?: "reject" | "report" | undefined;
  /** Is told what happens behind the calls; what it throws is ignored. */
  readonly onEvent?: ((event: DexcomEvent) => void) | undefined;
}

/** Checked options, with the defaults in place. */
export interface Settings {
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
}

/**
 * Checks what a user gave.
 *
 * @throws {ArgumentError} that names the option, and never repeats its value.
 */
export function resolveOptions(options: DexcomOptions): Settings {
  must(isObject(options), "options must be an object");
  const { region = "us", clock = systemClock, fetch, onEvent, badRecords = "reject" } = options;
  must(isRegion(region), 'region must be "us", "ous" or "jp"');
  const endpoint = REGION_ENDPOINTS[region];
  const { applicationId = endpoint.applicationId, baseUrl = endpoint.origin } = options;
  must(isId(applicationId), "applicationId must be a UUID");
  checkMethods("clock", clock, "now", "sleep");
  const { cache = new MemorySessionCache(clock) } = options;
  if (!isObject(cache) || !("bindSession" in cache)) checkMethods("cache", cache, "get", "set", "clear");
  must(fetch === undefined || typeof fetch === "function", "fetch must be a function");
  must(onEvent === undefined || typeof onEvent === "function", "onEvent must be a function");
  must(badRecords === "reject" || badRecords === "report", 'badRecords must be "reject" or "report"');
  return {
    ...credentials(options),
    applicationId,
    servicesUrl: servicesUrl(baseUrl),
    cache,
    ttlMs: milliseconds("sessionTtlMs", options.sessionTtlMs, 480_000),
    timeoutMs: milliseconds("timeoutMs", options.timeoutMs, 10_000),
    deadlineMs: milliseconds("deadlineMs", options.deadlineMs, 30_000),
    retry: retryPolicy(options.retry),
    fetch,
    clock,
    badRecords,
    emit: emitter(onEvent),
  };
}

/** @throws {ArgumentError} with the message. */
export function must(condition: unknown, message: string): asserts condition {
  if (!condition) throw new ArgumentError(message);
}

/** @throws {ArgumentError} where it is none. */
export function signalOf(options: { readonly signal?: AbortSignal | undefined }): AbortSignal | undefined {
  const given = options as typeof options | null;
  const signal = given?.signal as Partial<AbortSignal> | undefined;
  must(given && (!signal || typeof signal.addEventListener === "function"), "signal must be an AbortSignal");
  return given.signal;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function checkMethods(name: string, value: unknown, ...methods: readonly string[]): void {
  const hasAll =
    isObject(value) && methods.every((method) => typeof (value as Record<string, unknown>)[method] === "function");
  must(hasAll, `${name} must have the methods ${methods.join()}`);
}

function credentials(options: DexcomOptions): Pick<Settings, "username" | "accountId" | "password"> {
  const { username, password } = options;
  must(username === undefined || options.accountId === undefined, "Give username or accountId, not both");
  // A user name of the form of an id is one: AuthenticatePublisherAccount has no use for it.
  const accountId = options.accountId ?? (hasIdForm(username) ? username : undefined);
  if (accountId === undefined) {
    must(typeof username === "string" && username.trim() !== "", "Username must be non-empty string");
  } else {
    must(hasIdForm(accountId), "Account ID must be UUID");
    must(isId(accountId), "Account ID default");
  }
  must(typeof password === "string" && password !== "", "Password must be non-empty string");
  return { username: accountId === undefined ? username : undefined, accountId, password };
}

/**
 * The `otherwise` is for what is absent; `null` is not.
 *
 * @throws {ArgumentError} that names the option.
 */
export function milliseconds(name: string, value: number | undefined, otherwise: number, least = 1): number {
  if (value === undefined) return otherwise;
  must(Number.isFinite(value) && value >= least, `${name} must be a number, ${least} or more`);
  return value;
}

function retryPolicy(given: RetryOptions = {}): RetryPolicy {
  must(isObject(given), "retry must be an object");
  const { retries = 3, jitter = true, retryOnStatuses = [429, 500, 502, 503, 504] } = given;
  must(Number.isSafeInteger(retries) && retries >= 0, "retry.retries must be a whole number, 0 or more");
  must(typeof jitter === "boolean", "retry.jitter must be true or false");
  must(
    Array.isArray(retryOnStatuses) && retryOnStatuses.every(Number.isSafeInteger),
    "retry.retryOnStatuses must be a list of HTTP statuses",
  );
  return {
    retries,
    baseDelayMs: milliseconds("retry.baseDelayMs", given.baseDelayMs, 200, 0),
    maxDelayMs: milliseconds("retry.maxDelayMs", given.maxDelayMs, 4000, 0),
    jitter,
    retryOnStatuses: [...retryOnStatuses],
  };
}

/** The password travels in the body: without TLS it may not leave the machine. */
export function servicesUrl(baseUrl: string | URL): string {
  const text = typeof baseUrl === "string" ? baseUrl : ((baseUrl as URL | null)?.href ?? "");
  // Asked first, because the parser's own error repeats the value.
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isLocal = url?.protocol === "http:" && /^((.+\.)?localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname);
  must(
    url !== undefined &&
      (isLocal || url.protocol === "https:") &&
      !(url.username || url.password || url.search || url.hash),
    "baseUrl must be https (or http on loopback), without credentials, query or fragment",
  );
  // Not `href`: that keeps the mark of a query or fragment that is empty.
  return `${(url.origin + url.pathname).replace(/\/+$/, "")}/ShareWebServices/Services/`;
}
