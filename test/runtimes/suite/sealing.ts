import { AccountError } from "dexcom-share-ts";
import { RedisSessionStore } from "dexcom-share-ts/redis";
import { KeyValueSessionStore } from "dexcom-share-ts/store";
import { equal, holds, listening, rejects, simulated, type Case } from "./case.ts";
import { ACCOUNT, AUTHENTICATE, LOG_IN, READ } from "./service.ts";

/** As Keyv and its like are. */
function mapService(): { kept: Map<string, string>; store: KeyValueSessionStore } {
  const kept = new Map<string, string>();
  const store = new KeyValueSessionStore({
    get: async (key: string) => kept.get(key),
    set: async (key: string, value: string) => kept.set(key, value),
    delete: async (key: string) => kept.delete(key),
  });
  return { kept, store };
}

export const SEALING: readonly Case[] = [
  [
    "one login serves every client of a store, and a refused password is sent once",
    async () => {
      const { store } = mapService();
      const { another, run, operations, simulator } = simulated();
      // Another fetch function, as in another process: only the store knows of the refusal.
      const process = (password = ACCOUNT.password): Promise<unknown> =>
        run(another({ password, cache: store, fetch: listening(simulator).fetch }).getLatestGlucoseReading());
      for (let count = 0; count < 3; count++) await process();
      equal(operations(), [AUTHENTICATE, LOG_IN, READ, READ, READ]);
      for (let count = 0; count < 3; count++) await rejects(process("wrong"), AccountError, "CREDENTIALS_REFUSED");
      equal(operations().slice(5), [AUTHENTICATE], "what the wrong password cost");
    },
  ],
  [
    "a stored value holds neither name nor password nor session, and is sealed again each time",
    async () => {
      const { kept, store } = mapService();
      const { another, run, simulator } = simulated();
      const { fetch, sessionIds } = listening(simulator);
      const dexcom = another({ cache: store, fetch });
      const values = new Set<string>();
      for (let count = 0; count < 2; count++) {
        await run(dexcom.getLatestGlucoseReading());
        simulator.expireSessions();
        equal(kept.size, 1, "the number of values");
        for (const [key, value] of kept) {
          values.add(value);
          const texts = [key, value].flatMap((text) => [text, atob(text.replace(/^.*:/, ""))]);
          for (const secret of [
            ACCOUNT.username,
            ACCOUNT.password,
            simulator.getAccountId(ACCOUNT.username),
            ...sessionIds,
          ]) {
            holds(
              texts.every((text) => !text.toLowerCase().includes(secret.toLowerCase())),
              "no secret is in the store",
            );
          }
        }
      }
      equal([values.size, sessionIds.size], [2, 2], "the number of values, and of sessions");
    },
  ],
  [
    "a value that was changed counts as absent",
    async () => {
      const { kept, store } = mapService();
      const { another, run, operations } = simulated();
      await run(another({ cache: store }).getLatestGlucoseReading());
      for (const [key, value] of kept)
        kept.set(key, value.slice(0, -6) + (value.at(-6) === "A" ? "B" : "A") + value.slice(-5));
      await run(another({ cache: store }).getLatestGlucoseReading());
      equal(operations().slice(3), [AUTHENTICATE, LOG_IN, READ], "what the second client sent");
    },
  ],
  [
    "a store that is down breaks no reading",
    async () => {
      const down = async (): Promise<never> => Promise.reject(new Error("down"));
      const events: string[] = [];
      const { dexcom, run } = simulated({
        cache: new RedisSessionStore({ isOpen: true, get: down, del: down, eval: down }),
        onEvent: ({ type }) => void events.push(type),
      });
      holds((await run(dexcom.getLatestGlucoseReading())) !== undefined, "it reads");
      holds(events.includes("cache-failure"), `a cache-failure is among ${events.join(", ")}`);
    },
  ],
];
