import { UsageError } from "./exit.ts";
import { isInteractive, type Io } from "./io.ts";
import { ask } from "./prompt.ts";

/** Credentials of a login. They are passed to the library and never printed. */
export interface Credentials {
  readonly username?: string | undefined;
  readonly accountId?: string | undefined;
  readonly password: string;
}

/** As far as they are known. */
export type PartialCredentials = { readonly [Key in keyof Credentials]?: Credentials[Key] | undefined };

/** Reads the credentials from the environment. An empty variable counts as absent. */
export function credentialsFromEnv(env: Io["env"]): PartialCredentials {
  return {
    username: env["DEXCOM_USERNAME"] || undefined,
    accountId: env["DEXCOM_ACCOUNT_ID"] || undefined,
    password: env["DEXCOM_PASSWORD"] || undefined,
  };
}

/** Returns the names of the variables that are missing, for a message. */
export function missingCredentials({ username, accountId, password }: PartialCredentials): string | undefined {
  const missing = [
    ...((username ?? accountId) === undefined ? ["DEXCOM_USERNAME (or DEXCOM_ACCOUNT_ID)"] : []),
    ...(password === undefined ? ["DEXCOM_PASSWORD"] : []),
  ];
  return missing.length === 0 ? undefined : missing.join(" and ");
}

/**
 * The credentials from the environment; what is missing there is asked for at a terminal.
 *
 * @throws {UsageError} If something is missing and there is no terminal.
 */
export async function obtainCredentials(io: Io): Promise<Credentials> {
  const given = credentialsFromEnv(io.env);
  const missing = missingCredentials(given);
  if (missing === undefined) return given as Credentials;
  if (!isInteractive(io)) {
    throw new UsageError(
      `Set ${missing} in the environment, or run this in a terminal to be asked. --simulate needs neither.`,
    );
  }
  const { username, accountId, password } = given;
  const asksName = (username ?? accountId) === undefined;
  const answers = await ask(io, [
    ...(asksName ? [{ text: "User name, email or phone number (+ and country code): " }] : []),
    ...(password === undefined ? [{ text: "Password: ", hidden: true }] : []),
  ]);
  return {
    username: asksName ? answers.shift()?.trim() : username,
    accountId,
    password: password ?? answers.shift() ?? "",
  };
}
