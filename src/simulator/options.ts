import { ArgumentError } from "../errors.ts";
import { checkNames } from "../validate.ts";
import { type Clock, systemClock } from "../clock.ts";
import type { Region } from "../region.ts";
import {
  toNightscoutSettings,
  type NightscoutSettings,
  type SimulatedNightscoutOptions,
} from "./nightscout/options.ts";
import type { GeneratorOptions } from "./readings/generator.ts";
import type { ReadingInput } from "./readings/reading.ts";
import { type ScenarioName, SCENARIOS } from "./scenarios/names.ts";

/** An account of the simulated service, a wearer's own. */
export interface AccountOptions {
  /** User name, e-mail address or +<country><number>; compared exactly. */
  readonly username: string;
  readonly password: string;
  /** A UUID. @default made from the seed */
  readonly accountId?: string | undefined;
  /** On the hosts of the other regions the account is unknown. @default "us" */
  readonly region?: Region | undefined;
  /** Readings of the wearer. @default a made-up life, one reading every 300 s, that moves on with the clock */
  readonly readings?: readonly ReadingInput[] | undefined;
  /** Options of made-up readings, if `readings` is left out. Its `seed` and `timezone` are the account's. */
  readonly generator?: Omit<GeneratorOptions, "seed" | "timezone"> | undefined;
  /** The wearer's UTC offset. @default "-0400" */
  readonly timezone?: string | undefined;
  /** Names of followers. Without them reads return `[]` (PROTOCOL.md, "Glucose values"). @default ["Follower"] */
  readonly followers?: readonly string[] | undefined;
  /**
   * Form of the account id in a response: a string, or `{"accountId": …}` (PROTOCOL.md, "Account name to account id").
   * @default "string"
   */
  readonly idForm?: "string" | "object" | undefined;
}

/**
 * Returns the account of a user name or an account id, or `undefined` if it is unknown. It is called once for each
 * account that somebody asks for, and again for what it does not know.
 */
export type AccountSource = (usernameOrId: string) => AccountOptions | undefined;

/** Options in the place of those that an account leaves out. */
export type AccountDefaults = Pick<AccountOptions, "followers" | "generator" | "readings">;

/** Code for wrong credentials; it has changed over the years (PROTOCOL.md, "Fault codes"). */
export type RefusalCode = "AccountPasswordInvalid" | "SSO_InternalError" | "SSO_AuthenticatePasswordInvalid";
/** The lock-out's code: with three e's as on record, or as newer clients spell it. */
export type LockOutCode = "SSO_AuthenticateMaxAttemptsExceeed" | "SSO_AuthenticateMaxAttemptsExceeded";
/** Form of `SubCode`: XML of 2015 to 2021, XML of 2022 to 2025, JSON since (PROTOCOL.md, "Fault shape"). */
export type SubCodeForm = "dotnet-xml" | "java-xml" | "json";
/** When LoginPublisherAccountByName returns a session (PROTOCOL.md, "One-step login by name"). */
export type ByNameResponse = "zeros" | "plain-names" | "session";
/** Form of readings: as in 2015, or as since December 2021 (PROTOCOL.md, "Glucose values"). */
export type ReadingForm = "2015" | "2021";

/**
 * Treatment of the new readings in an upload that also has a reading which the service knows, and so is refused with
 * `DuplicateEgvPosted`. Nobody has recorded what the real service does.
 */
export type DuplicatePosts = "refuse-all" | "keep-new";

/** Options of the simulated service. */
export interface ShareSimulatorOptions {
  /** Accounts of the service. @default [SIMULATED_ACCOUNT] */
  readonly accounts?: readonly AccountOptions[] | AccountSource | undefined;
  /**
   * Number of requests that `requests` holds at most. When it is full the oldest tenth is dropped; 0 logs nothing.
   * @default 100000
   */
  readonly maxLoggedRequests?: number | undefined;
  /**
   * Situation to simulate, for all accounts: `SCENARIOS` describes each. An account's own options take precedence.
   * @default an everyday life without faults
   */
  readonly scenario?: ScenarioName | undefined;
  /** A whole number; runs with the same seed repeat, ids included. @default 1 */
  readonly seed?: number | undefined;
  /** Clock of the service. Injected delays wait on it. @default real time */
  readonly clock?: Clock | undefined;
  /**
   * Lifetime of a session in milliseconds, from its login. Use does not renew it. The real service is said to keep one
   * for about a day (PROTOCOL.md, "Sessions, limits and cadence").
   * @default 86400000
   */
  readonly sessionLifetimeMs?: number | undefined;
  /**
   * Number of refusals within `lockOutMs` that lock an account; Infinity for never. The number of the real service is
   * not known. @default 3
   */
  readonly lockOutAfter?: number | undefined;
  /** Milliseconds of a lock-out. @default 600000, ten minutes (PROTOCOL.md, "Sessions, limits and cadence") */
  readonly lockOutMs?: number | undefined;
  /** `Code` of the fault during a lock-out. @default "SSO_AuthenticateMaxAttemptsExceeed" */
  readonly lockOutCode?: LockOutCode | undefined;
  /**
   * `Code` of a refused login. With `"SSO_AuthenticatePasswordInvalid"`, unknown accounts get
   * `SSO_AuthenticateAccountNotFound`.
   *
   * @default "AccountPasswordInvalid"
   */
  readonly refusalCode?: RefusalCode | undefined;
  /** Form of `SubCode` in faults. @default "json" */
  readonly subCodeForm?: SubCodeForm | undefined;
  /** Response to LoginPublisherAccountByName. @default "zeros" */
  readonly loginByName?: ByNameResponse | undefined;
  /** Form of readings, by the year in which it began. @default "2021" */
  readonly readingForm?: ReadingForm | undefined;
  /** Treatment of an upload with a reading that the service knows. @default "refuse-all" */
  readonly duplicatePosts?: DuplicatePosts | undefined;
  /**
   * Simulates the upload side of a Nightscout, too, at `/api/v1` of every origin that is not one of the service's.
   * @default none
   */
  readonly nightscout?: SimulatedNightscoutOptions | undefined;
}

/** Credentials of the account that a simulator has if no accounts are given. */
export const SIMULATED_ACCOUNT: { readonly username: string; readonly password: string } = {
  username: "someone@example.com",
  password: "secret",
};

/** The options, checked and complete. */
export interface Settings {
  readonly scenario: ScenarioName | undefined;
  readonly maxLoggedRequests: number;
  readonly seed: number;
  readonly clock: Clock;
  readonly sessionLifetimeMs: number;
  readonly lockOutAfter: number;
  readonly lockOutMs: number;
  readonly lockOutCode: LockOutCode;
  readonly refusalCode: RefusalCode;
  readonly subCodeForm: SubCodeForm;
  readonly loginByName: ByNameResponse;
  readonly readingForm: ReadingForm;
  readonly duplicatePosts: DuplicatePosts;
  readonly nightscout: NightscoutSettings | undefined;
}

const OPTION_NAMES: readonly string[] = [
  "accounts",
  "maxLoggedRequests",
  "scenario",
  "seed",
  "clock",
  "sessionLifetimeMs",
  "lockOutAfter",
  "lockOutMs",
  "lockOutCode",
  "refusalCode",
  "subCodeForm",
  "loginByName",
  "readingForm",
  "duplicatePosts",
  "nightscout",
] satisfies readonly (keyof ShareSimulatorOptions)[];

/** Names of the options of one account. */
export const ACCOUNT_OPTION_NAMES: readonly string[] = [
  "username",
  "password",
  "accountId",
  "region",
  "readings",
  "generator",
  "timezone",
  "followers",
  "idForm",
] satisfies readonly (keyof AccountOptions)[];

/** Checks all but the accounts. @throws {ArgumentError} If an option is invalid or unknown. The message names it. */
export function toSettings(options: ShareSimulatorOptions): Settings {
  checkNames("options", options, OPTION_NAMES);
  const { seed = 1, clock = systemClock } = options;
  if (!Number.isSafeInteger(seed)) throw new ArgumentError("seed must be a whole number");
  if (typeof clock?.now !== "function" || typeof clock.sleep !== "function") {
    throw new ArgumentError("clock must have the methods now and sleep");
  }
  const scenario =
    options.scenario === undefined
      ? undefined
      : oneOf(options.scenario, Object.keys(SCENARIOS) as [ScenarioName], "scenario");
  return {
    scenario,
    maxLoggedRequests: toMaxLoggedRequests(options.maxLoggedRequests),
    seed,
    clock,
    sessionLifetimeMs: positive(options.sessionLifetimeMs, 86_400_000, "sessionLifetimeMs"),
    lockOutAfter: positive(options.lockOutAfter, 3, "lockOutAfter"),
    lockOutMs: positive(options.lockOutMs, 600_000, "lockOutMs"),
    lockOutCode: oneOf(
      options.lockOutCode,
      ["SSO_AuthenticateMaxAttemptsExceeed", "SSO_AuthenticateMaxAttemptsExceeded"],
      "lockOutCode",
    ),
    refusalCode: oneOf(
      options.refusalCode,
      ["AccountPasswordInvalid", "SSO_InternalError", "SSO_AuthenticatePasswordInvalid"],
      "refusalCode",
    ),
    subCodeForm: oneOf(options.subCodeForm, ["json", "java-xml", "dotnet-xml"], "subCodeForm"),
    loginByName: oneOf(options.loginByName, ["zeros", "plain-names", "session"], "loginByName"),
    readingForm: oneOf(options.readingForm, ["2021", "2015"], "readingForm"),
    duplicatePosts: oneOf(options.duplicatePosts, ["refuse-all", "keep-new"], "duplicatePosts"),
    nightscout: toNightscoutSettings(options.nightscout),
  };
}

/** One of `choices`, the first by default. @throws {ArgumentError} If an option is invalid. The message names it. */
export function oneOf<T extends string>(value: T | undefined, choices: readonly [T, ...T[]], name: string): T {
  if (value === undefined) return choices[0];
  if (!choices.includes(value)) throw new ArgumentError(`${name} must be one of ${choices.join(", ")}`);
  return value;
}

function toMaxLoggedRequests(value: number | undefined): number {
  if (value === undefined) return 100_000;
  if (!Number.isSafeInteger(value) || value < 0)
    throw new ArgumentError("maxLoggedRequests must be a whole number from 0");
  return value;
}

function positive(value: number | undefined, otherwise: number, name: string): number {
  if (value === undefined) return otherwise;
  if (typeof value !== "number" || !(value > 0)) throw new ArgumentError(`${name} must be a number above 0`);
  return value;
}
