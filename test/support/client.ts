import { Dexcom } from "../../src/dexcom.ts";
import type { DexcomEvent } from "../../src/events.ts";
import type { DexcomOptions } from "../../src/options.ts";
import { ShareSimulator, VirtualClock } from "../../src/simulator/index.ts";
import type { AccountOptions, Injection, ShareSimulatorOptions } from "../../src/simulator/index.ts";
import { ACCOUNT_ID, json, record, SESSION_ID } from "./responses.ts";
import { scriptedFetch, type ScriptedFetch, type Step } from "./scripted-fetch.ts";

export const USERNAME = "someone@example.com";
export const PASSWORD = "secret-of-someone";

/** Options of a test, which also gives what the types refuse. */
type AnyOptions = { readonly [Name in keyof DexcomOptions]?: DexcomOptions[Name] | undefined };

/** A client, the clock it waits on, and what it told. */
export interface Bench {
  readonly dexcom: Dexcom;
  readonly clock: VirtualClock;
  readonly events: readonly DexcomEvent[];
  /** Moves the clock until the promise is settled. */
  run<T>(promise: Promise<T>): Promise<T>;
  /** Another client of the same fetch and clock. */
  another(options?: AnyOptions): Dexcom;
}

export interface SimulatedBench extends Bench {
  readonly simulator: ShareSimulator;
  /** What was asked, oldest first. */
  operations(): readonly string[];
  inject(injection: Injection): () => void;
}

/** A client that knows its account id, over a script. Waits are not random. */
export function scripted(steps: readonly Step[], options: AnyOptions = {}): Bench & { readonly script: ScriptedFetch } {
  const script = scriptedFetch(...steps);
  const clock = new VirtualClock();
  return { script, ...client(clock, { accountId: ACCOUNT_ID, password: PASSWORD, fetch: script.fetch, ...options }) };
}

/** A client that knows its user name, over the simulator. */
export function simulated(
  options: AnyOptions = {},
  { account, ...simulation }: Partial<ShareSimulatorOptions> & { readonly account?: Partial<AccountOptions> } = {},
): SimulatedBench {
  const clock = new VirtualClock();
  const accounts = [{ username: USERNAME, password: PASSWORD, ...account }];
  const simulator = new ShareSimulator({ accounts, clock, ...simulation });
  return {
    simulator,
    inject: (injection) => simulator.inject(injection),
    operations: () => simulator.requests.map(({ operation }) => operation ?? "?"),
    ...client(clock, { username: USERNAME, password: PASSWORD, fetch: simulator.fetch, ...options }),
  };
}

function client(clock: VirtualClock, options: AnyOptions): Bench {
  const events: DexcomEvent[] = [];
  const whole = {
    clock,
    retry: { jitter: false },
    onEvent: (event) => void events.push(event),
    ...options,
  } as DexcomOptions;
  return {
    clock,
    events,
    dexcom: new Dexcom(whole),
    run: (promise) => clock.runUntil(promise),
    another: (other) => new Dexcom({ ...whole, ...other } as DexcomOptions),
  };
}

/** The steps of a login that works and a read of one record. */
export const LOGIN_AND_READ: readonly Step[] = [() => json(SESSION_ID), () => json([record()])];

/** The requests of a reader, by short names. */
export const AUTHENTICATE = "AuthenticatePublisherAccount";
export const LOGIN = "LoginPublisherAccountById";
export const READ = "ReadPublisherLatestGlucoseValues";
