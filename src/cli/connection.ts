import { Dexcom } from "../dexcom.ts";
import type { DexcomOptions } from "../options.ts";
import { isRegion, type Region } from "../region.ts";
import { openCache } from "./cache.ts";
import { obtainCredentials, type Credentials } from "./credentials.ts";
import { UsageError } from "./exit.ts";
import type { Io } from "./io.ts";
import type { ConnectionOptions } from "./options.ts";

/** Where the service is, and through what it is asked. */
export interface Target {
  readonly region: Region;
  readonly baseUrl: string | undefined;
  readonly isSimulated: boolean;
  readonly fetch: typeof fetch;
}

/** The service that the options and the environment name. @throws {UsageError} */
export async function findTarget(options: ConnectionOptions, io: Io): Promise<Target> {
  const { simulate = false, baseUrl, seed } = options;
  const region = options.region ?? regionFromEnv(io.env);
  if (!simulate) return { region, baseUrl, isSimulated: false, fetch: io.fetch };
  // Loaded only here: nobody who asks the real service pays for it.
  const { embedSimulator } = await import("./simulated.ts");
  return { region, baseUrl: undefined, isSimulated: true, fetch: embedSimulator(io.clock, seed).fetch };
}

function regionFromEnv(env: Io["env"]): Region {
  const region = (env["DEXCOM_REGION"] || "us").toLowerCase();
  if (isRegion(region)) return region;
  throw new UsageError("DEXCOM_REGION must be us, ous or jp.");
}

/** The credentials for `target`. A simulated service has its own: real ones are not asked for, nor looked at. */
export async function credentialsFor(target: Target, io: Io): Promise<Credentials> {
  if (!target.isSimulated) return obtainCredentials(io);
  const { SIMULATED_PASSWORD, simulatedUsername } = await import("./simulated.ts");
  return { username: simulatedUsername(target.region), password: SIMULATED_PASSWORD };
}

/** A client of `target`. @throws {ArgumentError} for what can't be right. */
export function makeClient(
  { region, baseUrl, fetch }: Target,
  credentials: Credentials,
  io: Io,
  cache: DexcomOptions["cache"],
  more: Pick<DexcomOptions, "retry" | "onEvent"> = {},
): Dexcom {
  return new Dexcom({ ...credentials, region, baseUrl, fetch, clock: io.clock, cache, ...more });
}

/** The client that a subcommand reads with. */
export async function connect(
  options: ConnectionOptions,
  io: Io,
  more: Pick<DexcomOptions, "onEvent"> = {},
): Promise<Dexcom> {
  const target = await findTarget(options, io);
  return makeClient(target, await credentialsFor(target, io), io, openCache(options, io).cache, more);
}
