/** A user's cache can't break reading: what it does wrong is reported, and reading goes on without it. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Dexcom } from "../../src/dexcom.ts";
import { MemorySessionCache, type SessionCache } from "../../src/session/session-cache.ts";
import { VirtualClock } from "../../src/simulator/index.ts";
import { fault, json, OTHER_SESSION_ID, record, SESSION_ID } from "../support/responses.ts";
import { LOGIN, READ, scripted } from "../support/client.ts";
import { stall } from "../support/scripted-fetch.ts";
import { assertSecretFree } from "../support/secret-search.ts";

const read = (dexcom: Dexcom, signal?: AbortSignal): Promise<unknown> => dexcom.getLatestGlucoseReading({ signal });
const reading = (): Response => json([record()]);
const never = (): Promise<never> => new Promise(() => undefined);
const rejects = (): Promise<never> => Promise.reject(new Error(`canary ${SESSION_ID}`));
const throws = (): never => {
  throw new Error(`canary ${SESSION_ID}`);
};

/** A cache that works, but for the methods given. */
function cacheWith(broken: Partial<SessionCache> = {}): SessionCache & { id: string | null } {
  return {
    id: null as string | null,
    async get() {
      return this.id;
    },
    async set(id) {
      this.id = id;
    },
    async clear() {
      this.id = null;
    },
    ...broken,
  };
}

describe("a cache", () => {
  for (const [how, method, costMs] of [
    ["throws", throws, 0],
    ["rejects", rejects, 0],
    ["hangs", never, 2000],
  ] as const) {
    test(`whose get ${how} prevents no read, and does not make each call log in`, async () => {
      const { clock, script, events, dexcom, run } = scripted([json(SESSION_ID), reading, reading, reading], {
        cache: cacheWith({ get: method }),
      });
      for (let call = 0; call < 3; call++) {
        const start = clock.now();
        assert.ok(await run(read(dexcom)));
        assert.ok(clock.now() - start <= 2 * costMs, `${clock.now() - start} ms`);
      }
      assert.deepEqual(script.operations, [LOGIN, READ, READ, READ]);
      const failures = events.filter((event) => event.type === "cache-failure");
      assert.ok(failures.length >= 3 && failures.every((event) => event.method === "get"));
    });

    test(`whose set ${how} prevents no read, and does not make each call log in`, async () => {
      const { script, events, dexcom, run } = scripted([json(SESSION_ID), reading, reading, reading], {
        cache: cacheWith({ set: method }),
      });
      for (let call = 0; call < 3; call++) assert.ok(await run(read(dexcom)));
      assert.deepEqual(script.operations, [LOGIN, READ, READ, READ]);
      assert.ok(events.some((event) => event.type === "cache-failure" && event.method === "set"));
    });

    test(`whose clear ${how} does not keep a dead session from being replaced`, async () => {
      const steps = [json(SESSION_ID), reading, fault("SessionNotValid"), json(OTHER_SESSION_ID), reading, reading];
      const { script, events, dexcom, run } = scripted(steps, { cache: cacheWith({ clear: method }) });
      for (let call = 0; call < 3; call++) assert.ok(await run(read(dexcom)));
      assert.deepEqual(script.operations, [LOGIN, READ, READ, LOGIN, READ, READ]);
      assert.ok(events.every((event) => event.type !== "cache-failure" || event.method === "clear"));
    });

    test(`all of whose methods fail (it ${how}) heals a dead session all the same`, async () => {
      const steps = [json(SESSION_ID), reading, fault("SessionNotValid"), json(OTHER_SESSION_ID), reading, reading];
      const { script, dexcom, run } = scripted(steps, { cache: { get: method, set: method, clear: method } });
      for (let call = 0; call < 3; call++) assert.ok(await run(read(dexcom)));
      assert.deepEqual(script.operations, [LOGIN, READ, READ, LOGIN, READ, READ]);
      assert.equal(script.requests.at(-1)!.body["sessionId"], OTHER_SESSION_ID);
    });
  }

  test("has two seconds of real time, whatever the speed of the clock", async () => {
    const clock = Object.assign(new VirtualClock(), { speed: 10 });
    const { events, dexcom } = scripted([json(SESSION_ID), reading], {
      clock,
      deadlineMs: 600_000,
      cache: cacheWith({ get: async () => (await clock.sleep(19_000), null), set: never }),
    });
    assert.ok(await clock.runUntil(read(dexcom)));
    const failed = events.flatMap((event) => (event.type === "cache-failure" ? [event.method] : []));
    assert.deepEqual([...new Set(failed)], ["set"]);
  });

  test("that forgets at once does not let each call log in", async () => {
    const { script, dexcom, run } = scripted([json(SESSION_ID), reading, reading], {
      cache: cacheWith({ set: rejects }),
    });
    await run(read(dexcom));
    await run(read(dexcom));
    assert.deepEqual(script.operations, [LOGIN, READ, READ]);
  });

  test("that gives null lets the next call log in: somebody has cleared it", async () => {
    const cache = cacheWith();
    const { script, dexcom, run } = scripted([json(SESSION_ID), reading, json(OTHER_SESSION_ID), reading], { cache });
    await run(read(dexcom));
    await cache.clear();
    await run(read(dexcom));
    assert.deepEqual(script.operations, [LOGIN, READ, LOGIN, READ]);
  });

  test("that fails lets the session live no longer than its time", async () => {
    const { clock, script, dexcom, run } = scripted([json(SESSION_ID), reading, json(OTHER_SESSION_ID), reading], {
      cache: cacheWith({ get: rejects, set: rejects }),
    });
    await run(read(dexcom));
    await clock.advance(480_000);
    await run(read(dexcom));
    assert.deepEqual(script.operations, [LOGIN, READ, LOGIN, READ]);
  });

  test("that fails after it has returned an id causes no login while that id is in use", async () => {
    const cache = cacheWith();
    cache.id = SESSION_ID;
    const { clock, script, dexcom, run } = scripted([() => clock.sleep(1000).then(reading), reading], { cache });
    const first = read(dexcom);
    await clock.advance(500);
    cache.get = rejects;
    assert.ok(await run(read(dexcom)));
    assert.ok(await run(first));
    assert.deepEqual(script.operations, [READ, READ]);
  });

  test("that is cleared while its id is in use lets the next call log in", async () => {
    const cache = cacheWith();
    cache.id = SESSION_ID;
    const { clock, script, dexcom, run } = scripted(
      [() => clock.sleep(1000).then(reading), json(OTHER_SESSION_ID), reading],
      { cache },
    );
    const first = read(dexcom);
    await clock.advance(500);
    await cache.clear();
    assert.ok(await run(read(dexcom)));
    assert.ok(await run(first));
    assert.deepEqual(script.operations, [READ, LOGIN, READ]);
    assert.equal(cache.id, OTHER_SESSION_ID, "nor is it put back");
  });

  test("is not read for a call whose deadline has passed", async () => {
    const { events, dexcom, run } = scripted([json(SESSION_ID), reading, stall], {
      cache: cacheWith(),
      deadlineMs: 5000,
    });
    await run(read(dexcom));
    await assert.rejects(run(read(dexcom)), { code: "DEADLINE_EXCEEDED" });
    assert.deepEqual(
      events.filter(({ type }) => type === "cache-failure"),
      [],
    );
  });

  test("that fails is reported without the text of its error", async () => {
    const { events, dexcom, run } = scripted([json(SESSION_ID), reading], {
      cache: cacheWith({ get: rejects, set: throws }),
    });
    await run(read(dexcom));
    assert.ok(events.length > 1);
    assertSecretFree(events, ["canary", SESSION_ID]);
  });

  test("is called as a method of itself", async () => {
    const cache = cacheWith();
    const { dexcom, run } = scripted([json(SESSION_ID), reading], { cache });
    await run(read(dexcom));
    assert.equal(cache.id, SESSION_ID);
  });

  test("may return plain values instead of promises", async () => {
    const kept: string[] = [];
    const cache = {
      get: () => kept.at(-1),
      set: (id: string) => void kept.push(id),
      clear: () => void kept.splice(0),
    } as unknown as SessionCache;
    const { script, dexcom, run } = scripted([json(SESSION_ID), reading, reading], { cache });
    await run(read(dexcom));
    await run(read(dexcom));
    assert.deepEqual(script.operations, [LOGIN, READ, READ]);
  });

  test("of a class made from ours may fail too", async () => {
    class Failing extends MemorySessionCache {
      override get = never;
    }
    const { script, dexcom, run } = scripted([json(SESSION_ID), reading, reading], { cache: new Failing() });
    await run(read(dexcom));
    await run(read(dexcom));
    assert.deepEqual(script.operations, [LOGIN, READ, READ]);
  });

  test("in memory that holds something other than an id counts as empty", async () => {
    const cache = new MemorySessionCache();
    await cache.set("garbage", 60_000);
    const { script, dexcom, run } = scripted([json(SESSION_ID), reading, reading], { cache });
    await run(read(dexcom));
    await run(read(dexcom));
    assert.deepEqual(script.operations, [LOGIN, READ, READ]);
  });
});

describe("an abort while the cache is read", () => {
  for (const method of ["get", "set"] as const) {
    test(`(${method}) ends the call at once with the reason itself`, async () => {
      const { clock, script, dexcom } = scripted([json(SESSION_ID), reading], {
        cache: cacheWith({ [method]: never }),
      });
      const controller = new AbortController();
      const reason = { mine: true };
      const call = read(dexcom, controller.signal);
      await clock.advance(1000);
      const start = clock.now();
      controller.abort(reason);
      await assert.rejects(call, (thrown) => thrown === reason);
      assert.equal(clock.now(), start);
      assert.ok(script.operations.length <= 1);
    });
  }

  test("by one caller leaves the other reading", async () => {
    const { clock, dexcom, run } = scripted([json(SESSION_ID), reading], { cache: cacheWith({ get: never }) });
    const controller = new AbortController();
    const leaving = read(dexcom, controller.signal);
    const staying = read(dexcom);
    await clock.advance(500);
    controller.abort("left");
    await assert.rejects(leaving, (reason) => reason === "left");
    assert.ok(await run(staying));
  });

  test("leaves no login behind that nobody wants", async () => {
    const { clock, script, dexcom } = scripted([], { cache: cacheWith({ get: never }) });
    const controller = new AbortController();
    const call = read(dexcom, controller.signal);
    await clock.advance(500);
    controller.abort("left");
    await assert.rejects(call);
    await clock.advance(60_000);
    assert.equal(script.requests.length, 0);
  });
});
