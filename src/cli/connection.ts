import { Dexcom } from "../dexcom.ts";
import type { DexcomOptions } from "../options.ts";
import { Recorder } from "./archive/recorder.ts";
import { openCache } from "./cache.ts";
import { obtainCredentials, type Credentials } from "./credentials.ts";
import type { Io } from "./io.ts";
import type { ConnectionOptions } from "./options.ts";
import { findTarget, type Target } from "./target.ts";

/** Limits of the library for a request and for a call. */
const TIMEOUT_MS = 10_000;
const DEADLINE_MS = 30_000;

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

/** Client and recorder of a subcommand. */
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
