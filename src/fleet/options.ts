import type { ConnectionOptions, Telemetry } from "bullmq";
import { systemClock, type Clock } from "../clock.ts";
import type { GlucoseReading } from "../glucose-reading.ts";
import { servicesUrl } from "../options.ts";
import { isRegion, Region } from "../region.ts";
import type { SessionStore, StoreSecret } from "../session/session-store.ts";
import { assertArgument, checkInteger, checkMethods, checkMilliseconds, checkNames, isObject } from "../validate.ts";
import type { FleetEvent } from "./fleet-event.ts";

/** Options that all processes of a fleet share. */
export interface FleetOptions {
  /** Connection of BullMQ: its options, or a client of `ioredis` or `redis` with `maxRetriesPerRequest: null`. */
  readonly connection: object;
  /**
   * 32 random bytes, as base64 or `Uint8Array`, the same for every process. Keys of accounts are sealed with it. A
   * `RedisSessionStore` may have the same one. It can't be changed while there are accounts.
   */
  readonly secret: StoreSecret;
  /** Prefix of all keys in Redis. In a cluster, put it in braces: `"{dexcom-fleet}"`. @default "dexcom-fleet" */
  readonly prefix?: string | undefined;
  /** Hook of BullMQ, such as that of `bullmq-otel`. */
  readonly telemetry?: object | undefined;
  /** Receives what happens. An error that it throws is ignored. @default a warning at the first failure */
  readonly onEvent?: ((event: FleetEvent) => void) | undefined;
}

/** Login of an account. */
export type FleetCredentials =
  | { readonly username: string; readonly accountId?: undefined; readonly password: string }
  | { readonly accountId: string; readonly username?: undefined; readonly password: string };

/** Options of a worker. */
export interface FleetWorkerOptions extends FleetOptions {
  /**
   * Returns the login of an account. It is called for each poll, so that no password is stored in the queue. Cache the
   * login if fetching it is slow. If it throws, the account is polled again later.
   */
  readonly credentials: (key: string) => FleetCredentials | Promise<FleetCredentials>;
  /**
   * Receives new readings, oldest first. When the promise has resolved, the next poll continues after these readings.
   * If it rejects, or if the process dies, the same readings come again.
   */
  readonly onReadings: (key: string, readings: readonly GlucoseReading[]) => unknown;
  /** Sessions, shared by all workers: a `RedisSessionStore` with a `secret`. */
  readonly store: SessionStore;
  /** Milliseconds between two requests to a host, of all workers together. @default 300 */
  readonly spacingMs?: number | undefined;
  /** Polls at a time of this worker, for each region. @default 20 */
  readonly concurrency?: number | undefined;
  /** Regions whose accounts this worker polls. @default all */
  readonly regions?: readonly Region[] | undefined;
  /**
   * Name of the address from which this worker sends requests. Workers of different addresses have a spacing and a pause
   * of their own. @default "default"
   */
  readonly egress?: string | undefined;
  /** Milliseconds between two calls of `credentials` for a parked account. @default 300_000 */
  readonly parkedCheckMs?: number | undefined;
  /** Milliseconds after which another worker takes over the polls of one that has died. @default 30_000 */
  readonly stalledMs?: number | undefined;
  /** Origin of a proxy or simulator, for all regions. @default by region */
  readonly baseUrl?: string | URL | undefined;
  /** @default globalThis.fetch, looked up at each request */
  readonly fetch?: typeof fetch | undefined;
  /**
   * Clock of the clients, for a rehearsal with a simulator. BullMQ and Redis keep real time, so a clock that runs faster
   * tells its `speed`. @default real time
   */
  readonly clock?: Clock | undefined;
}

/** Checked options of every process. */
export interface FleetSettings {
  readonly connection: ConnectionOptions;
  readonly prefix: string;
  readonly telemetry: Telemetry | undefined;
}

/** Checked options of a worker. */
export type WorkerSettings = FleetSettings &
  Required<Pick<FleetWorkerOptions, "credentials" | "onReadings" | "store">> & {
    readonly [
      Name in "spacingMs" | "concurrency" | "regions" | "egress" | "parkedCheckMs" | "stalledMs" | "clock"
    ]: NonNullable<FleetWorkerOptions[Name]>;
  } & { readonly speed: number } & Pick<FleetWorkerOptions, "baseUrl" | "fetch">;

const FLEET_NAMES: readonly string[] = [
  "connection",
  "secret",
  "prefix",
  "telemetry",
  "onEvent",
] satisfies readonly (keyof FleetOptions)[];

const WORKER_NAMES: readonly string[] = [
  ...FLEET_NAMES,
  ...([
    "credentials",
    "onReadings",
    "store",
    "spacingMs",
    "concurrency",
    "regions",
    "egress",
    "parkedCheckMs",
    "stalledMs",
    "baseUrl",
    "fetch",
    "clock",
  ] satisfies readonly (keyof FleetWorkerOptions)[]),
];

const REGIONS: readonly Region[] = Object.values(Region);

/** A name that is a part of keys in Redis. */
const NAME = /^[\w{}.-]{1,100}$/;

/** @throws {ArgumentError} If an option is invalid. The message names it. */
export function resolveFleetOptions(options: FleetOptions, names: readonly string[] = FLEET_NAMES): FleetSettings {
  assertArgument(isObject(options), "options must be an object");
  checkNames("options", options, names);
  const { connection, prefix = "dexcom-fleet", telemetry, onEvent } = options;
  assertArgument(isObject(connection), "connection must be options or a client of Redis");
  checkName("prefix", prefix);
  if (onEvent !== undefined) checkFunction("onEvent", onEvent);
  assertArgument(telemetry === undefined || isObject(telemetry), "telemetry must be an object");
  // Its declarations would need BullMQ's, which only those have who use this entry.
  return { connection: connection, prefix, telemetry: telemetry as Telemetry | undefined };
}

/** @throws {ArgumentError} If an option is invalid. The message names it. */
export function resolveWorkerOptions(options: FleetWorkerOptions): WorkerSettings {
  const shared = resolveFleetOptions(options, WORKER_NAMES);
  const {
    credentials,
    onReadings,
    store,
    fetch,
    baseUrl,
    clock = systemClock,
    regions = REGIONS,
    egress = "default",
  } = options;
  checkFunction("credentials", credentials);
  checkFunction("onReadings", onReadings);
  assertArgument(isObject(store) && "bindSession" in store, "store must be a SessionStore");
  if (fetch !== undefined) checkFunction("fetch", fetch);
  if (baseUrl !== undefined) servicesUrl(baseUrl);
  checkMethods("clock", clock, ["now", "sleep"]);
  const { speed = 1 } = clock;
  assertArgument(
    Array.isArray(regions) && regions.length > 0 && regions.every(isRegion),
    'regions must be a list of "us", "ous" and "jp"',
  );
  checkName("egress", egress);
  return {
    ...options,
    ...shared,
    ...{ clock, speed, egress },
    regions: [...new Set(regions)],
    spacingMs: checkMilliseconds("spacingMs", options.spacingMs, { fallback: 300, min: 0 }),
    concurrency: checkInteger("concurrency", options.concurrency ?? 20, { min: 1, max: 10_000 }),
    parkedCheckMs: checkMilliseconds("parkedCheckMs", options.parkedCheckMs, { fallback: 300_000, min: 100 }),
    stalledMs: checkMilliseconds("stalledMs", options.stalledMs, { fallback: 30_000, min: 100 }),
  };
}

function checkName(name: string, value: unknown): void {
  assertArgument(typeof value === "string" && NAME.test(value), `${name} must be letters, digits and {}.-_`);
}

function checkFunction(name: string, value: unknown): void {
  assertArgument(typeof value === "function", `${name} must be a function`);
}
