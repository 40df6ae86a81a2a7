import { connections, openConnection, type Connection } from "../connection.ts";
import type { Dexcom } from "../dexcom.ts";
import { resolveOptions, type DexcomOptions } from "../options.ts";
import type { LoginStrategy } from "../session/login.ts";
import { assertArgument } from "../validate.ts";

/**
 * Returns the connection of a `Dexcom`, or a new one if options are given.
 *
 * @param logInWith How a new session logs in. @default by account id
 * @throws {ArgumentError} For a bad option, by name, and for a `Dexcom` of another copy of the library.
 */
export function connectionOf(source: DexcomOptions | Dexcom, logInWith?: LoginStrategy): Connection {
  const shared = connections.get(source);
  if (shared) return shared;
  assertArgument(
    typeof (source as Partial<Dexcom> | undefined)?.getGlucoseReadings !== "function",
    "dexcom must come from the same copy of dexcom-share-ts: import both, or require both",
  );
  return openConnection(resolveOptions(source as DexcomOptions), logInWith);
}
