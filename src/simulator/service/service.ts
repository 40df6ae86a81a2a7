import { AccountBook } from "./accounts/account-book.ts";
import { SimulatedNightscout } from "../nightscout/nightscout.ts";
import { LockOuts } from "./accounts/lock-outs.ts";
import { type AccountDefaults, type Settings, type ShareSimulatorOptions, SIMULATED_ACCOUNT } from "../options.ts";
import { hashText, RandomStream } from "../readings/random.ts";
import { SessionTable } from "./accounts/session-table.ts";
import { SharingBook } from "./accounts/sharing.ts";

/** Purposes of random ids: a changed number of responses must not change the accounts. */
const ACCOUNT_IDS = 1;
const SESSION_IDS = 2;
const TRACE_IDS = 3;
const SHARING_IDS = 4;

/** State of the service. */
export interface Service {
  readonly settings: Settings;
  readonly accounts: AccountBook;
  readonly sessions: SessionTable;
  readonly lockOuts: LockOuts;
  readonly sharing: SharingBook;
  /** There if the option `nightscout` asks for it. */
  readonly nightscout: SimulatedNightscout | undefined;
  /** Random numbers for values that only have to differ from response to response. */
  readonly random: RandomStream;
}

/** @throws {ArgumentError} If an option is invalid. The message names it. */
export function createService(
  options: ShareSimulatorOptions,
  settings: Settings,
  accountDefaults: AccountDefaults = {},
): Service {
  const { seed } = settings;
  const { accounts = [SIMULATED_ACCOUNT] } = options;
  return {
    settings,
    accounts: new AccountBook(accounts, {
      seed,
      makeId: idMaker(accounts, seed),
      defaults: accountDefaults,
    }),
    sessions: new SessionTable(new RandomStream(seed, SESSION_IDS), settings.sessionLifetimeMs),
    lockOuts: new LockOuts(settings.lockOutAfter, settings.lockOutMs),
    sharing: new SharingBook(seed, SHARING_IDS, settings.clock.now()),
    nightscout: settings.nightscout && new SimulatedNightscout(settings.nightscout),
    random: new RandomStream(seed, TRACE_IDS),
  };
}

/** Ids of listed accounts go by their place; those of a function by the name, because they are made in any order. */
function idMaker(accounts: unknown, seed: number): (username: string) => string {
  if (typeof accounts === "function")
    return (username) => new RandomStream(seed, ACCOUNT_IDS, hashText(username)).uuid();
  const random = new RandomStream(seed, ACCOUNT_IDS);
  return () => random.uuid();
}
