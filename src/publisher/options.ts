import { openConnection, type Connection } from "../connection.ts";
import type { Dexcom } from "../dexcom.ts";
import { OPTION_NAMES, resolveOptions, type DexcomOptions } from "../options.ts";
import { checkOptionNames, connectionOfDexcom } from "../sharing/connections.ts";
import { makeLoginByName } from "../sharing/login.ts";
import { assertArgument, checkBoolean } from "../validate.ts";
import { hasIdForm } from "../wire/ids.ts";

/** Options of `Dexcom`, or an existing `Dexcom`. */
export type PublisherOptions =
  | (DexcomOptions & {
      /**
       * Logs in by LoginPublisherAccountByName, in one step, as the uploaders of 2015 to 2020 did. Needs `username`.
       * Since 2020 this fails for most accounts. After such a failure, this and each later login takes the usual two
       * steps.
       * @default false
       */
      readonly loginByName?: boolean | undefined;
      readonly dexcom?: undefined;
    })
  | {
      /** Client whose session and options the publisher shares. Must be the only option. */
      readonly dexcom: Dexcom;
    };

/** Both kinds of options. */
type AnyOptions = DexcomOptions & {
  readonly loginByName?: boolean | undefined;
  readonly dexcom?: Dexcom | undefined;
};

/**
 * Returns the connection of a new publisher.
 *
 * @throws {ArgumentError} If an option is invalid or unknown. The message names it.
 */
export function connectPublisher(options: PublisherOptions): Connection {
  checkOptionNames(options, [...OPTION_NAMES, "loginByName"]);
  const { dexcom, loginByName = false, ...own } = options as AnyOptions;
  if (dexcom !== undefined) return connectionOfDexcom(dexcom);
  checkBoolean("loginByName", loginByName);
  // A name of the form of an id is an id. The service would count it as a refused login.
  assertArgument(
    !loginByName || (typeof own.username === "string" && !hasIdForm(own.username)),
    "loginByName needs username, and one that is no account id",
  );
  return openConnection(resolveOptions(own), loginByName ? makeLoginByName() : undefined);
}
