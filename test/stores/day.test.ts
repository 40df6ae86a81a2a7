import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Dexcom, type SessionStore } from "../../src/index.ts";
import { ShareSimulator, VirtualClock } from "../../src/simulator/index.ts";
import { KeyValueSessionStore } from "../../src/stores/key-value.ts";
import { deriveKeysQuickly } from "./quick-keys.ts";
import { realStores, type PreparedStore, type RealStore } from "./real-stores.ts";
import { ACCOUNT, asked } from "./service.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

deriveKeysQuickly();

const STORES: readonly (Omit<RealStore, "prepare"> & { prepare: () => Promise<Pick<PreparedStore, "next">> })[] = [
  ...realStores(),
  {
    name: "a key-value service",
    skip: false,
    prepare: async () => {
      const kept = new Map<string, string>();
      const service = {
        get: async (key: string) => kept.get(key),
        set: async (key: string, value: string) => kept.set(key, value),
        delete: async (key: string) => kept.delete(key),
      };
      return { next: () => new KeyValueSessionStore(service) };
    },
  },
];

/** Counts the values that are put in the place of none or another, but for those of the lock. */
function counting(store: SessionStore, count: () => void): SessionStore {
  const { set, replace } = store;
  store.set = (key, value, ttlMs) => (count(), set.call(store, key, value, ttlMs));
  if (replace) {
    store.replace = (key, from, to, ttlMs) => (
      to !== null && !key.endsWith("-lock") && count(),
      replace.call(store, key, from, to, ttlMs)
    );
  }
  return store;
}

for (const { name, skip, prepare } of STORES) {
  describe(`a day with sessions in ${name}`, { skip }, () => {
    const HABITS = [
      { what: "a program that polls every five minutes", everyMs: 5 * MINUTE_MS, isNewEachTime: false },
      { what: "a script that cron starts every fifteen minutes", everyMs: 15 * MINUTE_MS, isNewEachTime: true },
    ];
    for (const { what, everyMs, isNewEachTime } of HABITS) {
      test(`of ${what} takes one login and one write of the session`, async (t) => {
        const { next } = await prepare();
        const clock = new VirtualClock();
        const simulator = new ShareSimulator({ accounts: [ACCOUNT], clock, sessionLifetimeMs: DAY_MS });
        let writes = 0;
        const start = (): Dexcom =>
          new Dexcom({
            ...ACCOUNT,
            clock,
            // Its own, as a process has it.
            fetch: (url, init) => simulator.fetch(url, init),
            cache: counting(next(), () => writes++),
          });
        let dexcom = start();
        const reads = DAY_MS / everyMs;
        for (let read = 0; read < reads; read++) {
          if (isNewEachTime) dexcom = start();
          assert.ok(await dexcom.getLatestGlucoseReading());
          await clock.advance(everyMs);
        }
        t.diagnostic(`${simulator.requests.length} requests, ${asked(simulator).logins} login, ${writes} write`);
        assert.deepEqual(asked(simulator), { authentications: 1, logins: 1, reads });
        assert.equal(writes, 1);
      });
    }
  });
}
