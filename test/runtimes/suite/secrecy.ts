import { AccountError, type DexcomEvent } from "dexcom-share-ts";
import { equal, failureOf, holds, listening, simulated, type Case } from "./case.ts";
import { ACCOUNT, READ } from "./service.ts";

const CANARY = "canary-of-the-password";

/** Every text within reach of a value: of its own properties, hidden ones too, and of its classes' accessors. */
function textsOf(value: unknown, seen: Set<unknown> = new Set<unknown>()): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null || seen.has(value)) return [];
  seen.add(value);
  const texts = [attempt(() => (value as { toString(): string }).toString()), attempt(() => JSON.stringify(value)), attempt(() => JSON.stringify(structuredClone(value)))];
  for (let holder: object | null = value; holder !== null && holder !== Object.prototype; holder = Object.getPrototypeOf(holder) as object | null) {
    for (const key of Reflect.ownKeys(holder)) {
      const part = attempt(() => Reflect.get(holder, key, value) as unknown);
      texts.push(String(key), ...textsOf(part, seen));
    }
  }
  return texts.flatMap((text) => (text === undefined ? [] : [text]));
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}

function expectNone(value: unknown, secrets: readonly string[], what: string): void {
  for (const text of textsOf(value)) {
    for (const secret of secrets) holds(!text.toLowerCase().includes(secret), `no secret in ${what}`);
  }
}

export const SECRECY: readonly Case[] = [
  ["neither password nor session id is in an error, an event or the client, whatever fails", async () => {
    const account = { ...ACCOUNT, password: CANARY };
    const { simulator, another, run } = simulated({}, { accounts: [account] });
    const events: DexcomEvent[] = [];
    const { fetch, sessionIds } = listening(simulator);
    const dexcom = another({ ...account, fetch, onEvent: (event) => void events.push(event) });
    await run(dexcom.getLatestGlucoseReading());
    const secrets = [CANARY, ...sessionIds];
    equal(secrets.length, 2, "the number of secrets");
    const faults = [{ status: 503 }, { drop: "before-headers" }, { drop: "mid-body" }, { body: "[" }, { code: "Surprise", message: secrets.join() }] as const;
    for (const fault of faults) {
      const stop = simulator.inject({ operation: READ, ...fault });
      expectNone(await failureOf(run(dexcom.getLatestGlucoseReading())), secrets, JSON.stringify(fault));
      stop();
    }
    simulator.expireSessions();
    simulator.changePassword(account.username, "another");
    const refused = await failureOf(run(dexcom.getLatestGlucoseReading()));
    holds(refused instanceof AccountError, "the old password is refused");
    expectNone([refused, events, dexcom], secrets, "the refusal, the events and the client");
  }],
];
