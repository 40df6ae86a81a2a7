import { ArgumentError } from "../../../errors.ts";
import type { Region } from "../../../region.ts";
import type { AccountOptions, AccountSource } from "../../options.ts";
import { type Account, type AccountContext, checkText, toAccount } from "./account.ts";
import { PasswordIndex } from "./password-index.ts";

/** The accounts of a service, found in a time that does not depend on their number. */
export class AccountBook {
  /** Passwords of the accounts that are known so far. */
  readonly passwords: PasswordIndex = new PasswordIndex();
  readonly #byName = new Map<string, Account[]>();
  readonly #byId = new Map<string, Account>();
  readonly #source: AccountSource | undefined;
  readonly #context: AccountContext;

  /** @throws {ArgumentError} If an option is invalid. The message names it. */
  constructor(accounts: readonly AccountOptions[] | AccountSource, context: AccountContext) {
    this.#context = context;
    this.#source = typeof accounts === "function" ? accounts : undefined;
    if (typeof accounts === "function") return;
    if (!Array.isArray(accounts)) throw new ArgumentError("accounts must be a list of accounts, or a function");
    accounts.forEach((account, index) =>
      this.#add(toAccount(account, `accounts[${index}]`, context), `accounts[${index}]`),
    );
  }

  /** Accounts of this name that a host of `region` knows; a host of no region knows all. */
  named(username: string, region: Region | undefined): readonly Account[] {
    const known = this.#byName.get(username) ?? this.#loadNamed(username);
    return known.filter((account) => isKnown(account, region));
  }

  /** Accounts of this id (in lower case) that a host of `region` knows. */
  withId(accountId: string, region: Region | undefined): readonly Account[] {
    const known = this.#byId.get(accountId) ?? this.#loadWithId(accountId);
    return known === undefined || !isKnown(known, region) ? [] : [known];
  }

  /** The account of a user name or id. @throws {ArgumentError} If no account has it, or several. */
  the(usernameOrId: string): Account {
    const named = this.named(usernameOrId, undefined);
    const found = named.length > 0 ? named : this.withId(usernameOrId.toLowerCase(), undefined);
    const [account] = found;
    if (account === undefined) throw new ArgumentError("The simulator has no such account");
    if (found.length > 1) throw new ArgumentError("Several regions have an account of this name: give its accountId");
    return account;
  }

  changePassword(account: Account, password: string): void {
    checkText(password, "password");
    this.passwords.remove(account.password);
    account.password = password;
    this.passwords.add(password);
  }

  #loadNamed(username: string): readonly Account[] {
    const account = this.#load(username);
    if (account === undefined) return [];
    if (account.username !== username)
      throw new ArgumentError("accounts returned an account with another username than it was given");
    this.#add(account, "account");
    return [account];
  }

  /** A function that knows names alone takes the id for a name: its account is not meant. */
  #loadWithId(accountId: string): Account | undefined {
    const account = this.#load(accountId);
    if (account?.accountId !== accountId) return undefined;
    this.#add(account, "account");
    return account;
  }

  /** Asks the function. Its accounts are kept, because sessions, lock-outs and readings belong to them. */
  #load(usernameOrId: string): Account | undefined {
    const options = this.#source?.(usernameOrId);
    return options === undefined ? undefined : toAccount(options, "account", this.#context);
  }

  #add(account: Account, name: string): void {
    if (this.#byId.has(account.accountId))
      throw new ArgumentError(`${name}.accountId belongs to another account already`);
    const namesakes = this.#byName.get(account.username);
    if (namesakes?.some(({ region }) => region === account.region)) {
      throw new ArgumentError(`${name}.username belongs to another account of its region already`);
    }
    if (namesakes === undefined) this.#byName.set(account.username, [account]);
    else namesakes.push(account);
    this.#byId.set(account.accountId, account);
    this.passwords.add(account.password);
  }
}

function isKnown(account: Account, region: Region | undefined): boolean {
  return region === undefined || account.region === region;
}
