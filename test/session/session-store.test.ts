import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { AccountError, ArgumentError, type DexcomOptions, type SessionCache } from "../../src/index.ts";
import { VirtualClock } from "../../src/simulator/index.ts";
import { MapStore, Place } from "../stores/map-store.ts";
import { ACCOUNT, asked } from "../stores/service.ts";
import { world } from "./store-world.ts";
import { deriveKeysQuickly } from "../stores/quick-keys.ts";
import { read } from "./reads.ts";

deriveKeysQuickly();

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

describe("a session store", () => {
  test("gives the session of one client to the next, which makes one request", async () => {
    const { simulator, start } = world();
    await read(start());
    assert.deepEqual(asked(simulator), { authentications: 1, logins: 1, reads: 1 });
    await read(start());
    assert.deepEqual(asked(simulator), { authentications: 1, logins: 1, reads: 2 });
  });

  test("is read once by a client that keeps reading, and keeps a session for 23 hours that use does not renew", async () => {
    const { clock, place, start } = world();
    const dexcom = start();
    await read(dexcom);
    const calls = place.calls.length;
    for (let hour = 0; hour < 3; hour++) {
      await clock.advance(HOUR_MS);
      await read(dexcom);
    }
    assert.equal(place.calls.length, calls);
    assert.deepEqual(place.ttls, [23 * HOUR_MS]);
  });

  test("keeps a session for as long as its own ttlMs says, whatever sessionTtlMs is", async () => {
    const { place, start } = world();
    await read(start({ cache: new MapStore(place, { ttlMs: 5 * MINUTE_MS }), sessionTtlMs: 1000 }));
    assert.deepEqual(place.ttls, [5 * MINUTE_MS]);
  });

  for (const ttlMs of [0, -1, NaN, Infinity, "1000"]) {
    test(`refuses a ttlMs of ${String(ttlMs)}`, () => {
      assert.throws(() => new MapStore(new Place(new VirtualClock()), { ttlMs: ttlMs as number }), ArgumentError);
    });
  }

  test("is not touched by a constructor, and its key is derived once for each client", async (t) => {
    const { place, start } = world();
    const derive = t.mock.method(crypto.subtle, "deriveBits");
    const dexcom = start();
    assert.equal(derive.mock.callCount(), 0);
    assert.deepEqual(place.calls, []);
    await Promise.all([read(dexcom), read(dexcom), read(dexcom)]);
    assert.equal(derive.mock.callCount(), 1);
    await read(dexcom);
    assert.equal(derive.mock.callCount(), 1);
  });

  test("is shared by clients of one account, and by no others", async () => {
    const { simulator, start } = world({
      accounts: [ACCOUNT, { username: "other@example.com", password: ACCOUNT.password }],
    });
    await read(start());
    const differences: Partial<DexcomOptions>[] = [
      { username: "other@example.com" },
      { baseUrl: "https://proxy.example" },
      { username: undefined, accountId: simulator.getAccountId(ACCOUNT.username) },
    ];
    for (const [index, difference] of differences.entries()) {
      await read(start(difference));
      assert.equal(asked(simulator).logins, index + 2, JSON.stringify(difference));
    }
    await read(start({ username: ACCOUNT.username.toUpperCase() }));
    assert.equal(asked(simulator).logins, differences.length + 1, "an email in capitals is the same account");
  });

  test("is empty to a client with another password: one post, an AccountError, no reading", async () => {
    const { simulator, start } = world();
    await read(start());
    const before = simulator.requests.length;
    await assert.rejects(read(start({ password: "wrong" })), AccountError);
    assert.equal(simulator.requests.length, before + 1);
    await read(start());
    assert.equal(asked(simulator).logins, 1, "the session of the right password is still there");
  });

  test("holds no password, user name, id or name of the service, and nothing twice alike", async () => {
    const { simulator, clock, place, start } = world({ lockOutAfter: 2 });
    const dexcom = start();
    await read(dexcom);
    const first = place.dump();
    simulator.expireSessions();
    await read(start());
    await assert.rejects(read(start({ password: "wrong-horse" })), AccountError);
    await clock.advance(11 * MINUTE_MS);
    await assert.rejects(read(start({ password: "wrong-horse" })), AccountError);
    const dump = first + place.dump();
    for (const secret of [
      ACCOUNT.password,
      "wrong-horse",
      ACCOUNT.username,
      simulator.getAccountId(ACCOUNT.username),
      "dexcom.com",
      "Failed",
    ]) {
      for (const form of [secret, btoa(secret), Buffer.from(secret).toString("hex")]) {
        assert.ok(!dump.includes(form), `${secret} is in the store`);
      }
    }
    assert.doesNotMatch(dump, /[\da-f]{8}-[\da-f]{4}-/);
  });
});

describe("a refused session", () => {
  test("is looked up again first: another in the store is used without a login", async () => {
    const { simulator, start } = world();
    const [early, late] = [start(), start()];
    await read(early);
    await read(late);
    simulator.expireSessions();
    await read(early);
    const before = simulator.requests.length;
    await read(late);
    assert.deepEqual(asked(simulator, before), { authentications: 0, logins: 0, reads: 2 });
  });

  test("is replaced by one login of many clients that learn of it together", async () => {
    const { clock, simulator, start } = world();
    const clients = Array.from({ length: 20 }, () => start());
    await read(clients[0]!);
    await Promise.all(clients.map((dexcom) => read(dexcom)));
    simulator.expireSessions();
    simulator.inject({ operation: "LoginPublisherAccountById", delayMs: 900, times: 1 });
    await clock.runUntil(Promise.all(clients.map((dexcom) => read(dexcom))));
    assert.equal(asked(simulator).logins, 2);
  });

  test("is deleted from the store if the login that should replace it fails", async () => {
    const { simulator, start } = world();
    await read(start());
    simulator.expireSessions();
    simulator.changePassword(ACCOUNT.username, "new");
    await assert.rejects(read(start()), AccountError);
    const before = simulator.requests.length;
    await assert.rejects(read(start()), AccountError);
    assert.equal(simulator.requests.length, before, "the next process sent a request with the dead session");
  });
});

describe("a three-method cache beside the stores", () => {
  test("holds the plain id, whatever other methods it has", async () => {
    const { simulator, start } = world();
    class Fancy implements SessionCache {
      id: string | null = null;
      get = async (): Promise<string | null> => this.id;
      set = async (id: string): Promise<void> => void (this.id = id);
      clear = async (): Promise<void> => void (this.id = null);
      delete = (): never => assert.fail("not one of the three");
      replace = this.delete;
    }
    const cache = new Fancy();
    await read(start({ cache }));
    assert.match(cache.id!, /^[\da-f-]{36}$/);
    await read(start({ cache }));
    assert.equal(asked(simulator).logins, 1);
  });

  test("must be complete", () => {
    const { start } = world();
    for (const cache of [{}, { get() {}, set() {}, delete() {} }, { get() {}, clear() {} }, 5, "redis"]) {
      assert.throws(() => start({ cache: cache as never }), {
        name: "ArgumentError",
        message: "cache must have the methods get,set,clear",
      });
    }
  });
});
