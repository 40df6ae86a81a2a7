import { ArgumentError } from "../../errors.ts";
import { isRegion, type Region } from "../../region.ts";
import { GlucoseGenerator } from "../readings/generator.ts";
import { parseGuid, ZEROS } from "./guid.ts";
import { type AccountDefaults, type AccountOptions, oneOf } from "../options.ts";
import { hash, hashText, type RandomStream } from "../readings/random.ts";
import { ReadingStore } from "../readings/reading-store.ts";
import { checkTimezone, toStoredReading } from "../readings/reading.ts";

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

/** What all accounts of a simulator are made with. */
interface AccountContext {
  readonly seed: number;
  /** Makes the ids. */
  readonly random: RandomStream;
  /** In the place of what an account does not say. */
  readonly defaults?: AccountDefaults | undefined;
}

/** Checks one account's options. @throws {ArgumentError} naming the option, never a value */
function toAccount(options: AccountOptions, where: string, { seed, random, defaults }: AccountContext): Account {
  if (typeof options !== "object" || options === null) throw new ArgumentError(`${where} must be an account`);
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
    accountId: options.accountId === undefined ? random.uuid() : toAccountId(options.accountId, where),
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

/** All accounts, and the ways to find one. */
export class AccountBook {
  readonly #accounts: readonly Account[];

  /** @throws {ArgumentError} naming the option */
  constructor(options: readonly AccountOptions[], context: AccountContext) {
    if (!Array.isArray(options)) throw new ArgumentError("accounts must be a list of accounts");
    this.#accounts = options.map((account, index) => toAccount(account, `accounts[${index}]`, context));
    this.#accounts.forEach((account, index) => {
      const others = this.#accounts.slice(0, index);
      if (others.some((other) => other.accountId === account.accountId)) {
        throw new ArgumentError(`accounts[${index}].accountId is that of another account`);
      }
      if (others.some((other) => other.username === account.username && other.region === account.region)) {
        throw new ArgumentError(`accounts[${index}].username is that of another account of its region`);
      }
    });
  }

  /** Those of this name that a host of `region` knows; a host of no region knows all. */
  named(username: string, region: Region | undefined): readonly Account[] {
    return this.#accounts.filter((account) => account.username === username && isKnown(account, region));
  }

  /** Those of this id (in lower case) that a host of `region` knows. */
  withId(accountId: string, region: Region | undefined): readonly Account[] {
    return this.#accounts.filter((account) => account.accountId === accountId && isKnown(account, region));
  }

  /** The account that a test means by its user name or id. @throws {ArgumentError} if there is none, or more than one */
  the(usernameOrId: string): Account {
    const found = [...this.named(usernameOrId, undefined), ...this.withId(usernameOrId.toLowerCase(), undefined)];
    const [account] = found;
    if (account === undefined) throw new ArgumentError("The simulator has no such account");
    if (found.length > 1) throw new ArgumentError("Several regions have an account of this name: give its accountId");
    return account;
  }

  /** Whether some account has this password. */
  isPassword(text: string): boolean {
    return this.#accounts.some(({ password }) => password === text);
  }

  passwords(): readonly string[] {
    return this.#accounts.map(({ password }) => password);
  }
}

/** @throws {ArgumentError} naming `what` */
export function checkText(value: unknown, what: string): void {
  if (typeof value !== "string" || value === "") throw new ArgumentError(`${what} must be a non-empty string`);
}

function toAccountId(text: string, where: string): string {
  const accountId = typeof text === "string" ? parseGuid(text) : undefined;
  if (accountId === undefined || accountId === ZEROS) throw new ArgumentError(`${where}.accountId must be a UUID`);
  return accountId;
}

function isKnown(account: Account, region: Region | undefined): boolean {
  return region === undefined || account.region === region;
}
