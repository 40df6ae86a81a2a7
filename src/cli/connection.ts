import { Dexcom } from "../dexcom.ts";
import type { DexcomOptions } from "../options.ts";
import type { Region } from "../region.ts";
import { Recorder } from "./archive/recorder.ts";
import { openCache } from "./cache.ts";
import { obtainCredentials, type Credentials } from "./credentials.ts";
import { UsageError } from "./exit.ts";
import type { Io } from "./io.ts";
import { parseRegion, type ConnectionOptions } from "./options.ts";

/** Limits of the library for a request and for a call. */
const TIMEOUT_MS = 10_000;
const DEADLINE_MS = 30_000;

/** The service to read, and how to reach it. */
export interface Target {
  readonly region: Region;
  readonly baseUrl: string | undefined;
  readonly isSimulated: boolean;
  readonly fetch: typeof fetch;
  /** How fast the clock of a simulator runs. Time limits grow by it, because the computer does not get faster. */
  readonly speed: number;
}

/** Finds the service that the options and the environment name. @throws {UsageError} */
export async function findTarget(options: ConnectionOptions, io: Io): Promise<Target> {
  const { simulate = false, baseUrl, speed = 1 } = options;
  const region = options.region ?? regionFromEnv(io.env);
  if (!simulate) return { region, baseUrl, isSimulated: false, fetch: io.fetch, speed };
  // Loaded only here: a read of the real service does not pay for it.
  const { embedSimulator } = await import("./simulated.ts");
  return { region, baseUrl: undefined, isSimulated: true, fetch: embedSimulator(options, io.clock).fetch, speed };
}

function regionFromEnv(env: Io["env"]): Region {
  const region = parseRegion(env["DEXCOM_REGION"] || "us");
  if (region !== undefined) return region;
  throw new UsageError("DEXCOM_REGION must be us, ous or jp.");
}

/** Returns the credentials for `target`. A simulator has its own, so that real ones are neither read nor asked for. */
export async function credentialsFor(target: Target, io: Io): Promise<Credentials> {
  if (!target.isSimulated) return obtainCredentials(io);
  const { SIMULATED_PASSWORD, simulatedUsername } = await import("./simulated.ts");
  return { username: simulatedUsername(target.region), password: SIMULATED_PASSWORD };
}

/** Makes a client of `target`. @throws {ArgumentError} If an option is invalid. */
export function makeClient(
  { region, baseUrl, fetch, speed }: Target,
  credentials: Credentials,
  io: Io,
  cache: DexcomOptions["cache"],
  more: Pick<DexcomOptions, "retry" | "onEvent"> = {},
): Dexcom {
  const limits = speed > 1 ? { timeoutMs: TIMEOUT_MS * speed, deadlineMs: DEADLINE_MS * speed } : {};
  const options = { ...credentials, region, baseUrl, fetch, clock: io.clock, cache, ...limits, ...more };
  // The environment can name both username and accountId. The client refuses that with a message of its own.
  return new Dexcom(options as DexcomOptions);
}

/** Makes a client of the account that the options and the environment name. */
export async function connect(
  options: ConnectionOptions,
  io: Io,
  more: Pick<DexcomOptions, "onEvent"> = {},
): Promise<Dexcom> {
  return (await openReader(options, io, more)).dexcom;
}

/** What a subcommand reads with. */
export interface Reader {
  readonly dexcom: Dexcom;
  /** Keeps what is read, if the archive of the account is on. */
  readonly recorder: Recorder;
}

/** Makes the client that a subcommand reads with, and the recorder of what it reads. */
export async function openReader(
  options: ConnectionOptions,
  io: Io,
  more: Pick<DexcomOptions, "onEvent"> = {},
): Promise<Reader> {
  const target = await findTarget(options, io);
  const credentials = await credentialsFor(target, io);
  const dexcom = makeClient(target, credentials, io, openCache(options, io).cache, more);
  return { dexcom, recorder: new Recorder(target, credentials, io) };
}
