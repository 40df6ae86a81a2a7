import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type Clock, type DexcomOptions } from "../../src/index.ts";
import type { SessionStore } from "../../src/session/session-store.ts";
import { isLock, MapStore, Place, PlainMapStore } from "../stores/map-store.ts";
import { asked } from "../stores/service.ts";
import { world } from "./store-world.ts";
import { deriveKeysQuickly } from "../stores/quick-keys.ts";
import { read } from "./reads.ts";

deriveKeysQuickly();

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const never = new Promise<never>(() => undefined);

describe("the lock around a login", () => {
  /** Clients that start while the login of the first takes its time. */
  async function race(
    more: Partial<DexcomOptions>,
    delayMs: number,
  ): Promise<{ logins: number; tookMs: number; place: Place }> {
    const { clock, simulator, place, start } = world();
    simulator.inject({ operation: "LoginPublisherAccountById", delayMs, times: 1 });
    const startedAt = clock.now();
    await clock.runUntil(Promise.all(Array.from({ length: 10 }, () => read(start(more)))));
    return { logins: asked(simulator).logins, tookMs: clock.now() - startedAt, place };
  }

  test("lets one of many clients log in while the others wait", async () => {
    const { logins, tookMs, place } = await race({}, 3000);
    assert.equal(logins, 1);
    assert.ok(tookMs < 5000, `the last was done after ${tookMs} ms`);
    assert.deepEqual([...place.kept.keys()].filter(isLock), [], "the lock was not given back");
  });

  test("is not there in a store without replace: each logs in, and the last session stays", async () => {
    const { clock, simulator, place, start } = world();
    const cache = (): SessionStore => new PlainMapStore(place);
    // So that neither is done before the other one has posted.
    simulator.inject({ operation: "LoginPublisherAccountById", delayMs: 1000, times: 2 });
    await clock.runUntil(Promise.all([read(start({ cache: cache() })), read(start({ cache: cache() }))]));
    assert.equal(asked(simulator).logins, 2);
    await read(start({ cache: cache() }));
    assert.equal(asked(simulator).logins, 2);
    simulator.expireSessions();
    await read(start({ cache: cache() }));
    assert.equal(asked(simulator).logins, 3);
    assert.ok(!place.calls.includes("replace"));
  });

  test("is followed by a look at the store: a session that was stored meanwhile is used", async () => {
    const { simulator, place, start } = world();
    place.fault = async (method) => {
      if (method !== "replace") return;
      place.fault = undefined;
      await read(start());
    };
    await read(start());
    assert.deepEqual(asked(simulator), { authentications: 1, logins: 1, reads: 2 });
  });

  test("is given back if the login fails", async () => {
    const { simulator, place, start } = world();
    simulator.inject({ operation: "AuthenticatePublisherAccount", status: 503, times: 1 });
    await assert.rejects(read(start({ retry: { retries: 1 } })));
    assert.deepEqual([...place.kept.keys()].filter(isLock), []);
  });

  test("of a dead holder expires after ten seconds", async () => {
    const { clock, simulator, place, start } = world();
    const dead = new AbortController();
    // Its login never ends, and a process that was killed renews nothing and gives nothing back.
    const stopped: Clock = { now: () => clock.now(), sleep: () => never, hold: (work) => clock.hold(work) };
    const killed = start({
      clock: stopped,
      fetch: async (url, init) =>
        (url as string).includes("Login") ? new Promise<never>(() => undefined) : simulator.fetch(url, init),
      timeoutMs: HOUR_MS,
    }).getLatestGlucoseReading({ signal: dead.signal });
    const startedAt = clock.now();
    while (![...place.kept.keys()].some(isLock)) await new Promise(setImmediate);
    const reading = read(start());
    await clock.runUntil(reading);
    dead.abort();
    await assert.rejects(killed);
    const waitedMs = clock.now() - startedAt;
    assert.ok(waitedMs >= 10_000 && waitedMs < 12_000, `waited ${waitedMs} ms`);
    assert.equal(asked(simulator).logins, 1);
  });

  test("that was lost keeps the late session from taking the place of the newer one", async () => {
    const { clock, simulator, place, start } = world();
    simulator.inject({ operation: "LoginPublisherAccountById", delayMs: 16_000, times: 1 });
    const late = read(start({ timeoutMs: 20_000 }));
    await clock.advance(1000);
    for (const key of [...place.kept.keys()].filter(isLock)) place.put(key, null, 0);
    const newer = read(start());
    await clock.runUntil(newer);
    const kept = place.dump();
    await clock.runUntil(late);
    assert.equal(asked(simulator).logins, 2);
    assert.equal(place.dump(), kept);
  });

  test("that a faulty store never gives does not prevent the login", async () => {
    const { clock, place, simulator, start } = world();
    class Senseless extends MapStore {
      override async replace(): Promise<boolean> {
        return false;
      }
    }
    await clock.runUntil(read(start({ cache: new Senseless(place) })));
    assert.equal(asked(simulator).logins, 1);
  });
});
