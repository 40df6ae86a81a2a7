import { systemClock, type Clock } from "../clock.ts";
import { emitter } from "../events.ts";
import { checkBaseUrl, type HttpHosts } from "../http/base-url.ts";
import type { RetryOptions, RetryPolicy } from "../http/retry.ts";
import { retryPolicy } from "../options.ts";
import {
  assertArgument,
  checkBoolean,
  checkInteger,
  checkMethods,
  checkMilliseconds,
  checkNames,
  checkText,
  isObject,
} from "../validate.ts";
import { DEVICE } from "./entry.ts";
import type { EmitNightscout, NightscoutEvent } from "./events.ts";

/** Options of an uploader. Exactly one of `secret` and `token` is given. */
export interface NightscoutUploaderOptions {
  /** Address of the site, such as `"https://nightscout.example.com"`: https, or http on loopback. */
  readonly url: string | URL;
  /** API secret of the site, of 12 characters or more. Its SHA-1 digest is sent, in a header. */
  readonly secret?: string | undefined;
  /** Access token, of a role with the permission `api:entries:create`. It is sent in a header. */
  readonly token?: string | undefined;
  /** Name of the uploader in the entries. @default "dexcom-share-ts" */
  readonly device?: string | undefined;
  /** Largest number of entries in a request, 1 to 288. A clock that takes uploads itself needs 9 or less. @default 288 */
  readonly batchSize?: number | undefined;
  /**
   * Allows an address of http in the local network, such as that of a clock. Whoever is in that network can then read
   * the readings and the digest of the secret. @default false
   */
  readonly allowLocalHttp?: boolean | undefined;
  /** Number of attempts, and the waits between them. @default 3 attempts */
  readonly retry?: RetryOptions | undefined;
  /** Milliseconds for one attempt, headers and body. @default 20_000 */
  readonly timeoutMs?: number | undefined;
  /** Milliseconds for one request in all: attempts and the waits between. @default 60_000 */
  readonly deadlineMs?: number | undefined;
  /** @default globalThis.fetch, looked up at each request */
  readonly fetch?: typeof fetch | undefined;
  /** @default real time */
  readonly clock?: Clock | undefined;
  /** Receives what happens behind the calls. An error that it throws is ignored. */
  readonly onEvent?: ((event: NightscoutEvent) => void) | undefined;
}

const OPTION_NAMES: readonly string[] = [
  "url",
  "secret",
  "token",
  "device",
  "batchSize",
  "allowLocalHttp",
  "retry",
  "timeoutMs",
  "deadlineMs",
  "fetch",
  "clock",
  "onEvent",
] satisfies readonly (keyof NightscoutUploaderOptions)[];

/** A Nightscout takes no shorter secret. */
const MIN_SECRET_LENGTH = 12;
const MAX_BATCH_SIZE = 288;

/** Loopback, private and link-local addresses, and names of multicast DNS. */
const IN_LOCAL_NETWORK: HttpHosts = {
  pattern:
    /^(localhost|127(\.\d+){3}|\[::1\]|10(\.\d+){3}|192\.168(\.\d+){2}|172\.(1[6-9]|2\d|3[01])(\.\d+){2}|169\.254(\.\d+){2}|\[(fd[\da-f]{2}|fe80):.*\]|[a-z\d-]+\.local)$/,
  place: "on loopback or in the local network",
};

/** Checked options, with the defaults in place. */
export interface UploaderSettings {
  /** Ends in `/api/v1/`. */
  readonly apiUrl: string;
  readonly secret: string | undefined;
  readonly token: string | undefined;
  readonly device: string;
  readonly batchSize: number;
  readonly retry: RetryPolicy;
  readonly timeoutMs: number;
  readonly deadlineMs: number;
  readonly fetch: typeof fetch | undefined;
  readonly clock: Clock;
  readonly emit: EmitNightscout;
}

/** @throws {ArgumentError} that names the option, and never repeats its value. */
export function resolveUploaderOptions(options: NightscoutUploaderOptions): UploaderSettings {
  assertArgument(isObject(options), "options must be an object");
  checkNames("options", options, OPTION_NAMES);
  const { secret, token, device = DEVICE, batchSize = MAX_BATCH_SIZE, fetch, clock = systemClock, onEvent } = options;
  const allowLocalHttp = checkBoolean("allowLocalHttp", options.allowLocalHttp ?? false);
  const apiUrl =
    checkBaseUrl("url", options.url, allowLocalHttp ? IN_LOCAL_NETWORK : undefined).replace(/\/api\/v1$/, "") +
    "/api/v1/";
  assertArgument((secret === undefined) !== (token === undefined), "Give either secret or token");
  assertArgument(
    secret === undefined || (typeof secret === "string" && secret.length >= MIN_SECRET_LENGTH),
    `secret must be a string of ${MIN_SECRET_LENGTH} characters or more`,
  );
  // The characters that a header may hold.
  assertArgument(token === undefined || /^[!-~]+$/.test(token), "token must be a non-empty string without spaces");
  checkMethods("clock", clock, ["now", "sleep"]);
  assertArgument(fetch === undefined || typeof fetch === "function", "fetch must be a function");
  assertArgument(onEvent === undefined || typeof onEvent === "function", "onEvent must be a function");
  return {
    apiUrl,
    secret,
    token,
    device: checkText("device", device),
    batchSize: checkInteger("batchSize", batchSize, { min: 1, max: MAX_BATCH_SIZE }),
    retry: retryPolicy(options.retry),
    timeoutMs: checkMilliseconds("timeoutMs", options.timeoutMs, { fallback: 20_000 }),
    deadlineMs: checkMilliseconds("deadlineMs", options.deadlineMs, { fallback: 60_000 }),
    fetch,
    clock,
    emit: emitter((onEvent ?? ignore) as (event: unknown) => unknown) as EmitNightscout,
  };
}

function ignore(): void {
  // Nobody listens.
}
