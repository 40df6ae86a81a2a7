/** What the cases of the suite are made of. Nothing here, nor in a case, may be of one runtime alone. */
import { Dexcom, type DexcomOptions } from "dexcom-share-ts";
import { ShareSimulator, VirtualClock, type ShareSimulatorOptions } from "dexcom-share-ts/simulator";
import { ACCOUNT } from "./service.ts";

/** A sentence and what it takes to see that it holds. */
export type Case = readonly [sentence: string, run: (network: Network) => Promise<void>];

/** A service behind real HTTP, in a world of its own: with its faults, unknown to other cases. */
export interface World {
  readonly baseUrl: string;
  /** The operations that were asked for, oldest first. */
  operations(): Promise<string[]>;
}

/** `world` names a row of `WORLDS` in host.ts. */
export interface Network {
  world(name: string): World;
  /** How many requests have followed a redirect. */
  strays(): Promise<number>;
}

export interface Simulated {
  readonly dexcom: Dexcom;
  readonly simulator: ShareSimulator;
  readonly clock: VirtualClock;
  /** Moves the clock until the promise settles. */
  run<T>(promise: Promise<T>): Promise<T>;
  operations(): string[];
  /** Another client of the same service and fetch function. */
  another(options: Partial<DexcomOptions>): Dexcom;
}

/** A client of the simulator in this process, on a clock that takes no time. */
export function simulated(
  options: Partial<DexcomOptions> = {},
  simulation: Partial<ShareSimulatorOptions> = {},
  startMs?: number,
): Simulated {
  const clock = new VirtualClock(startMs);
  const simulator = new ShareSimulator({ accounts: [ACCOUNT], seed: 7, clock, ...simulation });
  const another = (own: Partial<DexcomOptions>): Dexcom =>
    new Dexcom({ ...ACCOUNT, fetch: simulator.fetch, clock, ...own } as DexcomOptions);
  return {
    dexcom: another(options),
    simulator,
    clock,
    run: (promise) => clock.runUntil(promise),
    operations: () => simulator.requests.map(({ operation }) => operation ?? "none"),
    another,
  };
}

/** The simulator's fetch, in a function of its own, which notes the session ids that are posted. */
export function listening(simulator: ShareSimulator): {
  readonly fetch: typeof fetch;
  readonly sessionIds: ReadonlySet<string>;
} {
  const sessionIds = new Set<string>();
  return {
    sessionIds,
    fetch: async (input, init) => {
      const { sessionId } = JSON.parse(init!.body as string) as { readonly sessionId?: string };
      if (sessionId !== undefined) sessionIds.add(sessionId);
      return simulator.fetch(input, init);
    },
  };
}

export function equal(actual: unknown, expected: unknown, what = "it"): void {
  const [is, due] = [actual, expected].map((value) => (value === undefined ? "undefined" : JSON.stringify(value)));
  if (is !== due) throw new Error(`${what} is ${is} and not ${due}`);
}

export function holds(condition: boolean, what: string): void {
  if (!condition) throw new Error(`not so: ${what}`);
}

/** What the promise rejects with. */
export async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  const value = await promise.catch((error: unknown) => ({ error }));
  if (typeof value === "object" && value !== null && "error" in value) return value.error;
  throw new Error(`resolved with ${JSON.stringify(value)} where a failure was due`);
}

/** Fails unless the promise rejects with an error of that class and code. */
export async function rejects<T extends { readonly code: string }>(
  promise: Promise<unknown>,
  type: abstract new (...args: never[]) => T,
  code: string,
): Promise<T> {
  const error = await failureOf(promise);
  holds(error instanceof type, `${String(error)} is a ${type.name}`);
  equal((error as T).code, code, `the code of ${String(error)}`);
  return error as T;
}
