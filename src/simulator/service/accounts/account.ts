import { ArgumentError } from "../../../errors.ts";
import { isRegion, type Region } from "../../../region.ts";
import { GlucoseGenerator } from "../../readings/generator.ts";
import { parseGuid, ZEROS } from "../wire/guid.ts";
import { checkNames } from "../../../validate.ts";
import { ACCOUNT_OPTION_NAMES, type AccountDefaults, type AccountOptions, oneOf } from "../../options.ts";
import { hash, hashText } from "../../readings/random.ts";
import { ReadingStore } from "../../readings/reading-store.ts";
import { checkTimezone, toStoredReading } from "../../readings/reading.ts";

/** One wearer's account. */
export interface Account {
  readonly accountId: string;
  readonly username: string;
  password: string;
  readonly region: Region;
  readonly timezone: string;
  readonly followers: readonly string[];
  readonly idForm: "string" | "object";
  readonly readings: ReadingStore;
}

/** Context of all accounts of a simulator. */
export interface AccountContext {
  readonly seed: number;
  /** Makes the id of an account that was given without one. */
  readonly makeId: (username: string) => string;
  /** In the place of what an account does not say. */
  readonly defaults?: AccountDefaults | undefined;
}

/** Checks one account's options. @throws {ArgumentError} If one is invalid. The message names it, and no value. */
export function toAccount(options: AccountOptions, where: string, { seed, makeId, defaults }: AccountContext): Account {
  if (typeof options !== "object" || options === null) throw new ArgumentError(`${where} must be an account`);
  checkNames(where, options, ACCOUNT_OPTION_NAMES);
  const { username, password, region = "us", followers = defaults?.followers ?? ["Follower"] } = options;
  const generator = options.generator ?? defaults?.generator;
  // A scenario without readings has no say about an account that says how its readings are made.
  const readings = options.readings ?? (options.generator === undefined ? defaults?.readings : undefined);
  checkText(username, `${where}.username`);
  checkText(password, `${where}.password`);
  if (!isRegion(region)) throw new ArgumentError(`${where}.region must be "us", "ous" or "jp"`);
  if (!Array.isArray(followers) || !followers.every((name) => typeof name === "string" && name !== "")) {
    throw new ArgumentError(`${where}.followers must be a list of names`);
  }
  if (readings !== undefined && !Array.isArray(readings)) throw new ArgumentError(`${where}.readings must be a list`);
  const timezone = checkTimezone(options.timezone ?? "-0400", `${where}.timezone`);
  return {
    accountId: options.accountId === undefined ? makeId(username) : toAccountId(options.accountId, where),
    username,
    password,
    region,
    timezone,
    followers: [...followers],
    idForm: oneOf(options.idForm, ["string", "object"], `${where}.idForm`),
    readings: new ReadingStore(
      (readings ?? []).map((reading, index) =>
        toStoredReading(reading, { name: `${where}.readings[${index}]`, timezone }),
      ),
      readings === undefined
        ? new GlucoseGenerator({ ...generator, seed: hash(seed, hashText(username)), timezone })
        : undefined,
    ),
  };
}

/** @throws {ArgumentError} If it is invalid. The message begins with `what`. */
export function checkText(value: unknown, what: string): void {
  if (typeof value !== "string" || value === "") throw new ArgumentError(`${what} must be a non-empty string`);
}

function toAccountId(text: string, where: string): string {
  const accountId = typeof text === "string" ? parseGuid(text) : undefined;
  if (accountId === undefined || accountId === ZEROS) throw new ArgumentError(`${where}.accountId must be a UUID`);
  return accountId;
}
