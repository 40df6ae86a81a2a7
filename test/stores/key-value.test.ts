import assert from "node:assert/strict";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { build } from "esbuild";
import { Miniflare } from "miniflare";
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

  test("shares a session, and what was refused, one client after another", async () => {
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

/** As far as it is looked at here: the binding's own types are a package of their own. */
interface WorkersKv {
  list(): Promise<{ keys: { name: string; expiration: number }[] }>;
}

interface WorkerAnswer {
  readonly answer: { readonly mgDl?: number; readonly error?: string };
  readonly events: string[];
  readonly asked: string[];
}

describe("a store on Workers KV, in workerd", () => {
  let workerd: Miniflare;
  before(async () => {
    const { outputFiles } = await build({
      entryPoints: [path.join(import.meta.dirname, "worker-program.ts")],
      bundle: true,
      format: "esm",
      platform: "neutral",
      write: false,
      tsconfigRaw: {},
    });
    workerd = new Miniflare({
      modules: true,
      script: outputFiles[0]!.text,
      kvNamespaces: ["SESSIONS"],
      compatibilityDate: "2026-01-01",
      // Else it asks Cloudflare what a request's `cf` may hold.
      cf: false,
    });
  });
  after(() => workerd.dispose());

  const request = async (query = ""): Promise<WorkerAnswer> =>
    (await workerd.dispatchFetch(`http://worker.example/${query}`)).json() as Promise<WorkerAnswer>;

  test("has one login serve many requests, and one refusal too", async () => {
    const first = await request();
    assert.ok(first.answer.mgDl! > 0);
    assert.deepEqual(first.events, ["login"]);
    for (let i = 0; i < 3; i++) assert.deepEqual((await request()).events, []);

    const kv = (await workerd.getKVNamespace("SESSIONS")) as unknown as WorkersKv;
    const { keys } = await kv.list();
    assert.equal(keys.length, 1);
    assert.match(keys[0]!.name, /^dexcom-share:/);
    const hoursLeft = (keys[0]!.expiration * 1000 - Date.now()) / 3_600_000;
    assert.ok(hoursLeft > 22.9 && hoursLeft <= 23.01, `${hoursLeft} h left`);

    assert.deepEqual((await request("?password=wrong")).events, ["refused"]);
    const { answer, events, asked } = await request("?password=wrong");
    assert.match(answer.error!, /^AccountError/);
    assert.deepEqual(events, []);
    assert.deepEqual(
      asked.filter((operation) => operation !== "ReadPublisherLatestGlucoseValues"),
      ["AuthenticatePublisherAccount", "LoginPublisherAccountById", "AuthenticatePublisherAccount"],
    );
  });
});
