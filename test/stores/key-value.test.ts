import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ArgumentError, Dexcom } from "../../src/index.ts";
import { ShareSimulator } from "../../src/simulator/index.ts";
import { KeyValueSessionStore, type KeyValueService } from "../../src/stores/key-value.ts";
import { ACCOUNT, asked } from "./service.ts";

/** What Keyv and its like are: `set` takes milliseconds. */
function mapService(): { service: KeyValueService; kept: Map<string, string>; ttls: number[] } {
  const kept = new Map<string, string>();
  const ttls: number[] = [];
  return {
    kept,
    ttls,
    service: {
      get: async (key: string) => kept.get(key),
      set: async (key: string, value: string, ttlMs: number) => (ttls.push(ttlMs), kept.set(key, value)),
      delete: async (key: string) => kept.delete(key),
    },
  };
}

describe("a store on a key-value service", () => {
  test("hands over keys with its prefix, and milliseconds", async () => {
    const { service, kept, ttls } = mapService();
    await new KeyValueSessionStore(service).set("key", "value", 5000.5);
    await new KeyValueSessionStore(service, { prefix: "mine/" }).set("key", "mine", 60_000);
    assert.deepEqual(
      [...kept],
      [
        ["dexcom-share:key", "value"],
        ["mine/key", "mine"],
      ],
    );
    assert.deepEqual(ttls, [5000.5, 60_000]);
    const store = new KeyValueSessionStore(service);
    assert.equal(await store.get("key"), "value");
    await store.delete("key");
    assert.equal(await store.get("key"), undefined);
  });

  test("hands over whole seconds to one with put, and never less than the sixty that Workers KV takes", async () => {
    const seconds: unknown[] = [];
    const service = {
      get: async () => null,
      delete: async () => undefined,
      put: async (...args: unknown[]) => seconds.push(args[2]),
    };
    const store = new KeyValueSessionStore(service);
    for (const ttlMs of [1, 60_000, 60_001, 82_800_000]) await store.set("key", "value", ttlMs);
    assert.deepEqual(
      seconds,
      [60, 60, 61, 82_800].map((expirationTtl) => ({ expirationTtl })),
    );
  });

  test("shares sessions and refusals between clients that follow each other", async () => {
    const { service } = mapService();
    const simulator = new ShareSimulator({ accounts: [ACCOUNT] });
    const start = (password = ACCOUNT.password): Dexcom =>
      new Dexcom({
        ...ACCOUNT,
        password,
        cache: new KeyValueSessionStore(service),
        fetch: (url, init) => simulator.fetch(url, init),
      });
    for (let i = 0; i < 3; i++) await start().getLatestGlucoseReading();
    assert.deepEqual(asked(simulator), { authentications: 1, logins: 1, reads: 3 });
    for (let i = 0; i < 3; i++)
      await assert.rejects(start("wrong").getLatestGlucoseReading(), { code: "CREDENTIALS_REFUSED" });
    assert.equal(asked(simulator).authentications, 2);
  });

  test("refuses a prefix that is no text", () => {
    const { service } = mapService();
    assert.throws(() => new KeyValueSessionStore(service, { prefix: 5 as never }), {
      name: "ArgumentError",
      message: /prefix/,
    });
  });

  for (const service of [
    undefined,
    null,
    {},
    { get() {}, set() {} },
    { get() {}, delete() {} },
    { set() {}, delete() {} },
  ]) {
    test(`refuses ${JSON.stringify(service && Object.keys(service))} for a service`, () => {
      assert.throws(() => new KeyValueSessionStore(service as never), ArgumentError);
    });
  }
});
