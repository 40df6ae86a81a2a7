import { connections, type Connection } from "../connection.ts";
import type { Dexcom } from "../dexcom.ts";
import { SecretList } from "../http/secret-list.ts";
import type { ResolvedOptions } from "../options.ts";
import { MemorySessionCache } from "../session/session-cache.ts";
import { assertArgument, checkNames, isObject } from "../validate.ts";

/**
 * Checks the names of options. If `dexcom` is given, it decides every option but the credentials.
 *
 * @param credentials Names that are given together with `dexcom`.
 * @throws {ArgumentError} For a name that does not exist, and for one that must not be given with `dexcom`.
 */
export function checkOptionNames(
  options: { readonly dexcom?: Dexcom | undefined },
  known: readonly string[],
  credentials: readonly string[] = [],
): void {
  assertArgument(isObject(options), "options must be an object");
  checkNames("options", options, [...known, "dexcom"]);
  if (options.dexcom === undefined) return;
  for (const [name, value] of Object.entries(options)) {
    const isAllowed = name === "dexcom" || value === undefined || credentials.includes(name);
    assertArgument(isAllowed, `${name} must not be given with dexcom, whose options are used`);
  }
}

/**
 * Returns the connection of a `Dexcom`.
 *
 * @throws {ArgumentError} If `dexcom` is no `Dexcom`, or one of another copy of the library.
 */
export function connectionOfDexcom(dexcom: unknown): Connection {
  const isReader = isObject(dexcom) && "getCurrentGlucoseReading" in dexcom;
  const shared = isReader ? connections.get(dexcom) : undefined;
  assertArgument(shared, "dexcom must be a Dexcom of the same copy of dexcom-share-ts: import both, or require both");
  return shared;
}

/** Returns the options of a `Dexcom` that reaches the service in the same way, but logs in as another account. */
export function optionsLike(
  dexcom: unknown,
  { accountId, password }: { readonly accountId: string; readonly password: string },
): ResolvedOptions {
  const options = connectionOfDexcom(dexcom).options();
  const { cache, clock } = options;
  return {
    ...options,
    username: undefined,
    accountId,
    password,
    // A cache of three methods belongs to one account.
    cache: "bindSession" in cache ? cache : new MemorySessionCache(clock),
    secrets: new SecretList(password, accountId),
  };
}
