import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import * as library from "dexcom-share-ts";
import { AccountError, ArgumentError, Dexcom, DexcomError } from "dexcom-share-ts";
import { SqliteArchive } from "dexcom-share-ts/archive/sqlite";
import { FileSessionStore } from "dexcom-share-ts/file";
import { RedisSessionStore } from "dexcom-share-ts/redis";
import { ShareSimulator } from "dexcom-share-ts/simulator";
import { listen } from "dexcom-share-ts/simulator/node";
import { KeyValueSessionStore, SessionStore } from "dexcom-share-ts/store";

const account = { username: "someone@example.com", password: "secret" };
const simulator = new ShareSimulator({ accounts: [account] });
const reading = await new Dexcom({ ...account, fetch: simulator.fetch }).getLatestGlucoseReading();

const server = await listen(simulator);
const overHttp = await new Dexcom({ ...account, baseUrl: server.url }).getLatestGlucoseReading();
await server.close();
assert.equal(overHttp.mgDl, reading.mgDl);

const refused = new Dexcom({ ...account, password: "wrong", fetch: simulator.fetch }).getLatestGlucoseReading();
await assert.rejects(refused, AccountError);
await assert.rejects(refused, DexcomError);

// What one subpath throws is an instance of the class that another one exports.
assert.throws(() => new ShareSimulator({ accounts: "none" }), ArgumentError);

// The stores of the subpaths are of the kind that the main entry takes: two clients, one login.
const kept = new Map();
const client = {
  isOpen: true,
  get: async (key) => kept.get(key) ?? null,
  del: async (key) => kept.delete(key),
  eval: async (script, { keys: [key], arguments: [from, to] }) => {
    if ((kept.get(key) ?? "") !== from) return 0;
    if (to === "") kept.delete(key);
    else kept.set(key, to);
    return 1;
  },
};
const service = {
  get: async (key) => kept.get(key),
  set: async (key, value) => kept.set(key, value),
  delete: async (key) => kept.delete(key),
};
const directory = await mkdtemp(path.join(tmpdir(), "dexcom-share-ts-consumer-"));
for (const cache of [
  new RedisSessionStore(client),
  new KeyValueSessionStore(service, { prefix: "kv:" }),
  new FileSessionStore({ directory }),
]) {
  const before = simulator.requests.length;
  for (let i = 0; i < 2; i++) await new Dexcom({ ...account, cache, fetch: simulator.fetch }).getLatestGlucoseReading();
  assert.equal(simulator.requests.length - before, 4, cache.constructor.name);
  assert.ok(cache instanceof SessionStore);
}

// Two archives of one file, as in two processes.
const archives = [0, 1].map(() => new SqliteArchive({ file: path.join(directory, "glucose.db") }));
const point = { mgDl: 120, datetime: new Date(1_767_268_800_000), timezone: "-0400" };
assert.deepEqual([await archives[0].add([point]), await archives[1].add([point])], [1, 0]);
assert.deepEqual(await archives[1].latest(), point);
const archived = [];
for await (const one of archives[0].read()) archived.push(one);
assert.deepEqual(archived, [point]);
for (const archive of archives) await archive.close();
await rm(directory, { recursive: true });
assert.throws(() => new RedisSessionStore({}), ArgumentError);

for (const [name, value] of Object.entries(library)) {
  if (typeof value === "function" && /^[A-Z]/.test(name)) assert.equal(value.name, name, "a bundler renamed a class");
}
console.log(`${reading} mg/dL`);
