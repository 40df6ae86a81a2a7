import type { Region } from "../region.ts";
import { UsageError } from "./exit.ts";
import type { Io } from "./io.ts";
import { parseRegion, type ConnectionOptions } from "./options.ts";

/** The service to read, and how to reach it. */
export interface Target {
  readonly region: Region;
  readonly baseUrl: string | undefined;
  readonly isSimulated: boolean;
  readonly fetch: typeof fetch;
  /** Speed of a simulator's clock. Time limits grow by it, because the computer does not get faster. */
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
