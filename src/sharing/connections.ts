import { connections, openConnection, type Connection } from "../connection.ts";
import type { Dexcom } from "../dexcom.ts";
import type { Transport } from "../http/transport.ts";
import { resolveOptions, type DexcomOptions } from "../options.ts";
import type { LoginTransport } from "../session/session.ts";
import { assertArgument } from "../validate.ts";

/**
 * Returns the connection of a `Dexcom`, or a new one if options are given.
 *
 * @param login Stands between a new session and its transport.
 * @throws {ArgumentError} For a bad option, by name, and for a `Dexcom` of another copy of the library.
 */
export function connectionOf(
  source: DexcomOptions | Dexcom,
  login?: (transport: Transport) => LoginTransport,
): Connection {
  const shared = connections.get(source);
  if (shared) return shared;
  assertArgument(
    typeof (source as Partial<Dexcom> | undefined)?.getGlucoseReadings !== "function",
    "dexcom must come from the same copy of dexcom-share-ts: import both, or require both",
  );
  return openConnection(resolveOptions(source as DexcomOptions), login);
}
