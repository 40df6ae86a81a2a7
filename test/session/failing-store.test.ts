import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type Clock, type DexcomEvent } from "../../src/index.ts";
import { deriveFromPassword } from "../../src/session/entry-keys.ts";
import { SealedEntry } from "../../src/session/sealed-entry.ts";
import { isLock, MapStore, PlainMapStore } from "../stores/map-store.ts";
import { ACCOUNT, asked } from "../stores/service.ts";
import { world } from "./store-world.ts";
import { deriveKeysQuickly } from "../stores/quick-keys.ts";
import { read } from "./reads.ts";

deriveKeysQuickly();

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

function failures(events: readonly DexcomEvent[]): string[] {
  return events.flatMap((event) => (event.type === "cache-failure" ? [event.method] : []));
}

const never = new Promise<never>(() => undefined);

describe("a store that fails", () => {
  const FAULTS = {
    rejects: () => Promise.reject(new Error("connection lost")),
    throws: () => {
      throw new Error("connection lost");
    },
    hangs: () => never,
  };
  for (const [how, fault] of Object.entries(FAULTS)) {
    for (const method of ["get", "set", "delete", "replace", "all"] as const) {
      for (const Store of [MapStore, PlainMapStore]) {
        test(`(${Store.name}: ${method} ${how}) costs a login and no reading, and one time-out at most`, async () => {
          const { clock, simulator, place, start } = world();
          place.fault = (asked) => (method === "all" || asked === method ? fault() : undefined);
          const dexcom = start({ cache: new Store(place) });
          const startedAt = clock.now();
          await clock.runUntil(read(dexcom));
          for (let more = 0; more < 3; more++) await clock.runUntil(read(dexcom));
          assert.equal(asked(simulator).logins, 1);
          assert.equal(asked(simulator).reads, 4);
          simulator.expireSessions();
          await clock.runUntil(read(dexcom));
          assert.equal(asked(simulator).logins, 2);
          const tookMs = clock.now() - startedAt;
          assert.ok(tookMs <= (how === "hangs" ? 4000 : 0), `it took ${tookMs} ms`);
        });
      }
    }
  }

  test("is still used if this process was held up: its timers were due before the response was handled", async () => {
    const { clock, simulator, place, events, start } = world();
    await read(start());
    place.fault = () => new Promise((resolve) => void setImmediate(resolve));
    let wasHeldUp = false;
    const heldUp: Clock = {
      now: () => clock.now(),
      sleep(ms, signal) {
        if (!wasHeldUp && ms <= 2000) return Promise.resolve(void (wasHeldUp = true));
        return new Promise((_resolve, reject) =>
          signal?.addEventListener("abort", () => reject(signal.reason as Error)),
        );
      },
    };
    await read(start({ clock: heldUp }));
    assert.ok(wasHeldUp);
    assert.deepEqual(failures(events), []);
    assert.equal(asked(simulator).logins, 1);
  });

  for (const [speed, seconds] of [
    [undefined, 2],
    [10, 20],
    [0.5, 1],
  ] as const) {
    test(`has two seconds of real time: ${seconds} s of a clock with the speed ${speed}`, async () => {
      const { clock, place, events, start } = world();
      Object.assign(clock, { speed });
      let takesMs = seconds * 900;
      place.fault = async () => clock.sleep(takesMs);
      await clock.runUntil(read(start({ deadlineMs: 600_000 })));
      assert.deepEqual(failures(events), []);
      takesMs = 600_000;
      const startedAt = clock.now();
      await clock.runUntil(read(start({ deadlineMs: 600_000 })));
      assert.deepEqual(failures(events), ["get"]);
      assert.equal(clock.now() - startedAt, seconds * 1000);
    });
  }

  test("is reported for each failed call", async () => {
    const { clock, place, events, start } = world();
    const dexcom = start();
    place.fault = () => Promise.reject(new Error("connection lost"));
    await clock.runUntil(read(dexcom));
    assert.deepEqual(failures(events), ["get"]);
    assert.doesNotMatch(JSON.stringify(events), /connection lost/);
  });

  test("is used again after five seconds", async () => {
    const { clock, simulator, place, start } = world();
    const dexcom = start();
    place.fault = () => Promise.reject(new Error("connection lost"));
    await read(dexcom);
    place.fault = undefined;
    await clock.advance(5000);
    simulator.expireSessions();
    await read(dexcom);
    assert.equal(asked(simulator).logins, 2);
    await read(start());
    assert.equal(asked(simulator).logins, 2, "the second session was not stored");
  });

  test("and then carries out a call late leaves no lock behind", async () => {
    const { clock, place, start } = world();
    const late: (() => void)[] = [];
    // As a client does that queues while it has no connection.
    place.fault = (method) => (method === "replace" ? new Promise((resolve) => void late.push(resolve)) : undefined);
    await clock.runUntil(read(start()));
    place.fault = undefined;
    for (const go of late.splice(0)) go();
    await new Promise(setImmediate);
    assert.deepEqual([...place.kept.keys()].filter(isLock), []);
  });

  test("does not keep a caller that aborts", async () => {
    const { place, simulator, start } = world();
    place.fault = () => never;
    const controller = new AbortController();
    const reason = new Error("enough");
    const reading = start().getLatestGlucoseReading({ signal: controller.signal });
    while (place.calls.length === 0) await new Promise(setImmediate);
    controller.abort(reason);
    await assert.rejects(reading, (thrown) => thrown === reason);
    assert.equal(simulator.requests.length, 0);
  });

  for (const value of [
    "",
    "null",
    "{}",
    "not base64!",
    btoa("short"),
    btoa("x".repeat(200)),
    JSON.stringify({ id: "x" }),
  ]) {
    test(`by giving back ${JSON.stringify(value.slice(0, 20))} counts as empty`, async () => {
      const { place, simulator, events, start } = world();
      await read(start());
      for (const key of place.kept.keys()) place.put(key, value, HOUR_MS);
      await read(start());
      assert.equal(asked(simulator).logins, 2);
      assert.deepEqual(failures(events), []);
      await read(start());
      assert.equal(asked(simulator).logins, 2, "what was there was not replaced");
    });
  }

  test("by returning a sealed value that is not an id counts as empty", async () => {
    const { clock, place, simulator, start } = world();
    const entry = new SealedEntry(new MapStore(place), clock, () =>
      deriveFromPassword(ACCOUNT.password, `https://share2.dexcom.com/ShareWebServices/Services/\n${ACCOUNT.username}`),
    );
    for (const id of ["none", 5, null, "00000000-0000-0000-0000-000000000000"]) {
      await entry.read();
      await entry.write({ id }, HOUR_MS);
      const before = simulator.requests.length;
      await read(start());
      assert.deepEqual(asked(simulator, before), { authentications: 1, logins: 1, reads: 1 });
    }
  });

  test("by returning the value of another entry counts as empty", async () => {
    const { place, simulator, start } = world({
      accounts: [ACCOUNT, { username: "other@example.com", password: ACCOUNT.password }],
    });
    await read(start());
    const stolen = [...place.kept.values()][0]!.value;
    await read(start({ username: "other@example.com" }));
    for (const key of place.kept.keys()) place.put(key, stolen, HOUR_MS);
    const before = simulator.requests.length;
    await read(start({ username: "other@example.com" }));
    assert.equal(asked(simulator, before).logins, 1);
  });

  test("without Web Crypto counts as one that fails", async (t) => {
    const { simulator, events, start } = world();
    t.mock.method(crypto.subtle, "importKey", () => Promise.reject(new Error("not here")));
    await read(start());
    assert.equal(asked(simulator).logins, 1);
    assert.deepEqual(failures(events), ["get"]);
  });
});
