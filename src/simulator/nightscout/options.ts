import { ArgumentError } from "../../errors.ts";
import { checkNames } from "../../validate.ts";

/** Permissions of a token: read, create entries without reading, or both. */
export type SimulatedNightscoutRole = "readable" | "uploader" | "admin";

/** Options of the simulated Nightscout. */
export interface SimulatedNightscoutOptions {
  /** API secret, of 12 characters or more. Uploaders send its SHA-1 or SHA-512 digest. */
  readonly secret: string;
  /** Access tokens, and the role of each. @default {} */
  readonly tokens?: Readonly<Record<string, SimulatedNightscoutRole>> | undefined;
  /** Lets everybody read without credentials, as a new site does. @default true */
  readonly isReadable?: boolean | undefined;
}

/** The options, checked and complete. */
export interface NightscoutSettings {
  readonly secret: string;
  readonly tokens: ReadonlyMap<string, SimulatedNightscoutRole>;
  readonly isReadable: boolean;
}

const OPTION_NAMES: readonly string[] = [
  "secret",
  "tokens",
  "isReadable",
] satisfies readonly (keyof SimulatedNightscoutOptions)[];

const ROLES: readonly string[] = ["readable", "uploader", "admin"] satisfies readonly SimulatedNightscoutRole[];

/** A Nightscout does not start with a shorter secret. */
const MIN_SECRET_LENGTH = 12;

/** @throws {ArgumentError} If an option is invalid or unknown. The message names it. */
export function toNightscoutSettings(options: SimulatedNightscoutOptions | undefined): NightscoutSettings | undefined {
  if (options === undefined) return undefined;
  if (typeof options !== "object" || options === null) throw new ArgumentError("nightscout must be an object");
  checkNames("nightscout", options, OPTION_NAMES);
  const { tokens = {}, isReadable = true } = options;
  if (typeof isReadable !== "boolean") throw new ArgumentError("nightscout.isReadable must be true or false");
  if (typeof tokens !== "object" || tokens === null || !Object.values(tokens).every((role) => ROLES.includes(role))) {
    throw new ArgumentError(`nightscout.tokens must name a role for each token: ${ROLES.join(", ")}`);
  }
  return {
    secret: checkSecret("nightscout.secret", options.secret),
    tokens: new Map(Object.entries(tokens)),
    isReadable,
  };
}

/** @throws {ArgumentError} If the secret is too short. */
export function checkSecret(name: string, secret: string): string {
  if (typeof secret !== "string" || secret.length < MIN_SECRET_LENGTH) {
    throw new ArgumentError(`${name} must be a string of ${MIN_SECRET_LENGTH} characters or more`);
  }
  return secret;
}
