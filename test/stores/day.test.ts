import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { Redis } from "ioredis";
import { createClient } from "redis";
import { FileSessionStore } from "../../src/file.ts";
import { Dexcom, type SessionStore } from "../../src/index.ts";
import { RedisSessionStore } from "../../src/redis.ts";
import { ShareSimulator, VirtualClock } from "../../src/simulator/index.ts";
import { KeyValueSessionStore } from "../../src/store.ts";
import { deriveKeysQuickly } from "./quick-keys.ts";
import { noRedis, startRedis, type RedisServer } from "./redis-server.ts";
import { ACCOUNT, asked } from "./service.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

deriveKeysQuickly();

let folder: string;
let redis: RedisServer | undefined;
const open: { close: () => void }[] = [];
before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "dexcom-share-ts-day-"));
  if (noRedis === false) redis = await startRedis();
});
after(async () => {
  for (const client of open) client.close();
  await redis?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** On an empty place each; what is returned makes one more store on the same place, as the next process would. */
const STORES: readonly { name: string; skip: string | false; prepare: () => Promise<() => SessionStore> }[] = [
  {
    name: "files",
    skip: false,
    prepare: async () => {
      const directory = await mkdtemp(path.join(folder, "day-"));
      return () => new FileSessionStore({ directory });
    },
  },
  {
    name: "Redis through node-redis",
    skip: noRedis,
    prepare: async () => {
      const client = createClient({ url: redis!.url });
      open.push({ close: () => client.destroy() });
      await client.connect();
      await client.flushAll();
      return () => new RedisSessionStore(client);
    },
  },
  {
    name: "Redis through ioredis",
    skip: noRedis,
    prepare: async () => {
      const client = new Redis(redis!.url);
      open.push({ close: () => client.disconnect() });
      await client.flushall();
      return () => new RedisSessionStore(client);
    },
  },
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
      return () => new KeyValueSessionStore(service);
    },
  },
];

/** Counts the values that are put in the place of none or another, but for those of the lock. */
function counting(store: SessionStore, count: () => void): SessionStore {
  const { set, replace } = store;
  store.set = (key, value, ttlMs) => (count(), set.call(store, key, value, ttlMs));
  if (replace) {
    store.replace = (key, from, to, ttlMs) => (to !== null && !key.endsWith("-lock") && count(), replace.call(store, key, from, to, ttlMs));
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
        const next = await prepare();
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
