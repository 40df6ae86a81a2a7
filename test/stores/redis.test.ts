import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Redis } from "ioredis";
import { createClient } from "redis";
import { Dexcom, type SessionCache } from "../../src/index.ts";
import { RedisSessionStore } from "../../src/stores/redis.ts";
import { ShareSimulator } from "../../src/simulator/index.ts";
import { testStoreContract } from "./contract.ts";
import { noRedis, startRedis, type RedisServer } from "./redis-server.ts";
import { ACCOUNT, asked } from "./service.ts";

let server: RedisServer;
let nodeRedis: ReturnType<typeof connect>;
let ioRedis: Redis;

function connect(url: string) {
  return createClient({ url });
}

before(async () => {
  if (noRedis !== false) return;
  server = await startRedis();
  nodeRedis = connect(server.url);
  await nodeRedis.connect();
  ioRedis = new Redis(server.url);
});
after(async () => {
  if (noRedis !== false) return;
  nodeRedis.destroy();
  ioRedis.disconnect();
  await server.stop();
});

const CLIENTS = { redis: () => nodeRedis, ioredis: () => ioRedis };
for (const [name, client] of Object.entries(CLIENTS)) {
  describe(`a store on a client of the package ${name}`, { skip: noRedis }, () => {
    testStoreContract(() => new RedisSessionStore(client()));

    test("puts its prefix before its keys, and the time into Redis itself", async () => {
      await new RedisSessionStore(client()).set("key", "value", 60_000.5);
      await new RedisSessionStore(client(), { prefix: "mine/" }).set("key", "mine", 90_000);
      assert.equal(await ioRedis.get("dexcom-share:key"), "value");
      assert.equal(await ioRedis.get("mine/key"), "mine");
      const left = await ioRedis.pttl("dexcom-share:key");
      assert.ok(left > 50_000 && left <= 60_001, `${left} ms left`);
      await ioRedis.flushall();
    });

    test("rejects if Redis refuses the command", async () => {
      await ioRedis.lpush("dexcom-share:list", "no text");
      const store = new RedisSessionStore(client());
      await assert.rejects(store.get("list"), /WRONGTYPE/);
      await assert.rejects(store.replace("list", null, "value", 1000), /WRONGTYPE/);
      await ioRedis.flushall();
    });
  });
}

test("a client that returns bytes is understood", { skip: noRedis }, async () => {
  const { RESP_TYPES } = await import("redis");
  const bytes = nodeRedis.withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer });
  await new RedisSessionStore(nodeRedis).set("key", "välue", 60_000);
  assert.equal(await new RedisSessionStore(bytes).get("key"), "välue");
});

test("a client that returns numbers as text is understood", { skip: noRedis }, async (t) => {
  const texts = new Redis(server.url, { stringNumbers: true });
  t.after(() => texts.disconnect());
  const store = new RedisSessionStore(texts);
  assert.equal(await store.replace("number", null, "value", 60_000), true);
  assert.equal(await store.replace("number", null, "value", 60_000), false);
});

test("a Redis that is full costs a login for each client, and no reading", { skip: noRedis }, async (t) => {
  await ioRedis.flushall();
  await ioRedis.config("SET", "maxmemory", "1");
  t.after(() => ioRedis.config("SET", "maxmemory", "0"));
  const simulator = new ShareSimulator({ accounts: [ACCOUNT] });
  for (const client of [nodeRedis, ioRedis]) {
    const failures: string[] = [];
    const dexcom = new Dexcom({
      ...ACCOUNT,
      cache: new RedisSessionStore(client),
      fetch: (url, init) => simulator.fetch(url, init),
      onEvent: (event) => void (event.type === "cache-failure" && failures.push(event.method)),
    });
    for (let i = 0; i < 3; i++) assert.ok(await dexcom.getLatestGlucoseReading());
    assert.deepEqual(failures, ["lock"]);
  }
  assert.deepEqual(asked(simulator), { authentications: 2, logins: 2, reads: 6 });
});

/** What a user writes who keeps one account's session in Redis without a store. */
class ThreeMethods implements SessionCache {
  readonly #key: string;
  constructor(account: string) {
    this.#key = `mine:${account}`;
  }
  get(): Promise<string | null> {
    return nodeRedis.get(this.#key);
  }
  async set(id: string, ttlMs: number): Promise<void> {
    await nodeRedis.set(this.#key, id, { PX: ttlMs });
  }
  async clear(): Promise<void> {
    await nodeRedis.del(this.#key);
  }
}

test("a cache of three methods keeps one account's session in Redis", { skip: noRedis }, async () => {
  await ioRedis.flushall();
  const simulator = new ShareSimulator({ accounts: [ACCOUNT] });
  const start = (): Dexcom =>
    new Dexcom({ ...ACCOUNT, cache: new ThreeMethods(ACCOUNT.username), fetch: simulator.fetch });
  for (let i = 0; i < 3; i++) await start().getLatestGlucoseReading();
  assert.deepEqual(asked(simulator), { authentications: 1, logins: 1, reads: 3 });
  const key = `mine:${ACCOUNT.username}`;
  assert.match((await ioRedis.get(key))!, /^[\da-f-]{36}$/);
  assert.ok((await ioRedis.pttl(key)) > 470_000);
  simulator.expireSessions();
  await start().getLatestGlucoseReading();
  assert.equal(asked(simulator).logins, 2);
});

test("an object that is not a client and bad options are refused by name", () => {
  const methods = { get() {}, del() {}, eval() {} };
  // The last is what the clients of other packages look like.
  for (const client of [
    undefined,
    null,
    {},
    "redis://localhost",
    { ...methods, del: undefined, isOpen: true },
    { eval() {}, status: "ready" },
    methods,
  ]) {
    assert.throws(() => new RedisSessionStore(client as never), {
      name: "ArgumentError",
      message: /^client must be one of the packages redis or ioredis$/,
    });
  }
  for (const client of [
    { ...methods, isOpen: false },
    { ...methods, status: "connecting" },
  ]) {
    assert.ok(new RedisSessionStore(client as never));
    assert.throws(() => new RedisSessionStore(client as never, { ttlMs: 0 }), /^ArgumentError: ttlMs/);
    assert.throws(() => new RedisSessionStore(client as never, { prefix: null as never }), /^ArgumentError: prefix/);
  }
});
