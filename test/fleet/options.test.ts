import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Fleet, FleetWorker, type FleetOptions, type FleetWorkerOptions } from "../../src/fleet/index.ts";
import { KeyValueSessionStore } from "../../src/stores/key-value.ts";

const SECRET = Buffer.alloc(32, 7);
const connection = { host: "127.0.0.1", port: 1, lazyConnect: true };
const fleet: FleetOptions = { connection, secret: SECRET };
const worker: FleetWorkerOptions = {
  ...fleet,
  store: new KeyValueSessionStore(new Map() as never, { secret: SECRET }),
  credentials: () => ({ username: "someone@example.com", password: "secret" }),
  onReadings: () => undefined,
};

const SHARED: [options: object, message: RegExp][] = [
  [{ connection: undefined }, /^connection must be options or a client/],
  [{ secret: undefined }, /^secret must be 32 bytes/],
  [{ secret: "canary" }, /^secret must be 32 bytes/],
  [{ secret: [SECRET, SECRET] }, /^secret must be 32 bytes/],
  [{ prefix: "" }, /^prefix must be letters/],
  [{ prefix: "a:b" }, /^prefix must be letters/],
  [{ telemetry: 5 }, /^telemetry must be an object/],
  [{ onEvent: {} }, /^onEvent must be a function/],
  [{ prefx: "a" }, /^options has no prefx; did you mean prefix\?/],
];

const OF_WORKER: [options: object, message: RegExp][] = [
  [{ credentials: undefined }, /^credentials must be a function/],
  [{ onReadings: "log" }, /^onReadings must be a function/],
  [{ store: undefined }, /^store must be a SessionStore/],
  [{ store: { get() {}, set() {}, clear() {} } }, /^store must be a SessionStore/],
  [{ spacingMs: -1 }, /^spacingMs must be a number, 0 or more/],
  [{ concurrency: 0 }, /^concurrency must be a whole number/],
  [{ regions: [] }, /^regions must be a list/],
  [{ regions: ["eu"] }, /^regions must be a list/],
  [{ egress: "a b" }, /^egress must be letters/],
  [{ parkedCheckMs: 1 }, /^parkedCheckMs must be a number, 100 or more/],
  [{ stalledMs: NaN }, /^stalledMs must be a number, 100 or more/],
  [{ baseUrl: "http://example.com" }, /^baseUrl must be https/],
  [{ fetch: 5 }, /^fetch must be a function/],
  [{ clock: {} }, /^clock must have the methods/],
  [{ spacing: 5 }, /^options has no spacing; did you mean spacingMs\?/],
];

describe("an invalid option throws an error that names it, and no connection is opened", () => {
  const shown = (options: object): string => JSON.stringify(options, (_key, value: unknown) => value ?? null);
  for (const [options, message] of SHARED) {
    test(`of a fleet: ${shown(options).slice(0, 60)}`, () => {
      assert.throws(() => new Fleet({ ...fleet, ...options }), { name: "ArgumentError", message });
    });
  }
  for (const [options, message] of [...SHARED, ...OF_WORKER]) {
    test(`of a worker: ${shown(options).slice(0, 60)}`, () => {
      assert.throws(() => new FleetWorker({ ...worker, ...options }), { name: "ArgumentError", message });
    });
  }
});

test("an invalid argument of a method rejects with an error that names it, without a request to Redis", async () => {
  const asked = new Fleet(fleet);
  const calls: [call: () => Promise<unknown>, message: RegExp][] = [
    [() => asked.add(""), /^key must be/],
    [() => asked.add(["one", 5 as never]), /^key must be/],
    [() => asked.add("one", { region: "eu" as never }), /^region must be/],
    [() => asked.add("one", { spreadMs: -1 }), /^spreadMs must be/],
    [() => asked.add("one", { regoin: "us" } as never), /^options has no regoin/],
    [() => asked.remove(undefined as never), /^key must be/],
    [() => asked.pause(""), /^key must be/],
    [() => asked.resume(" "), /^key must be/],
    [() => asked.status(5 as never), /^key must be/],
  ];
  for (const [call, message] of calls) await assert.rejects(call, { name: "ArgumentError", message });
  await asked.close();
});
