import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Clock } from "../../src/clock.ts";
import { Dexcom } from "../../src/dexcom.ts";
import { TimeoutError } from "../../src/errors.ts";
import { VirtualClock } from "../../src/simulator/clock/virtual-clock.ts";
import { ACCOUNT_ID, json, OTHER_SESSION_ID, record, SESSION_ID } from "../support/responses.ts";
import { LOGIN, PASSWORD, READ, scripted } from "../support/client.ts";
import { hang, scriptedFetch } from "../support/scripted-fetch.ts";
import { read, reads, times } from "./reads.ts";

/** Workers: timers and promises that began in one request are dead once that request is over. */
class RequestClock implements Clock {
  readonly #clock: VirtualClock;
  isOver = false;

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  now(): number {
    return this.#clock.now();
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return this.isOver ? this.#clock.sleep(ms, signal) : new Promise(() => undefined);
  }

  hold<T>(work: Promise<T>): Promise<T> {
    return this.#clock.hold(work);
  }
}

describe("a login that never settles", () => {
  const reading = (): Response => json([record()]);

  test("is overtaken by one call after its deadline, and waited for no longer", async () => {
    const clock = new VirtualClock();
    const requestClock = new RequestClock(clock);
    const script = scriptedFetch(hang, json(OTHER_SESSION_ID), reading, reading);
    const dexcom = new Dexcom({ accountId: ACCOUNT_ID, password: PASSWORD, fetch: script.fetch, clock: requestClock });
    // The first request: it is cut off while the login is on its way.
    void read(dexcom).catch(() => undefined);
    await clock.advance(10);
    requestClock.isOver = true;
    // The next one comes at once: it waits for the login as long as that may still be alive.
    const start = clock.now();
    const second = read(dexcom);
    await assert.rejects(clock.runUntil(second), TimeoutError);
    assert.ok(clock.now() - start <= 30_000);
    assert.ok(await clock.runUntil(read(dexcom)));
    assert.ok(clock.now() - start <= 31_000, "within a second after the login's own deadline");
    assert.deepEqual(script.operations, [LOGIN, LOGIN, READ]);
  });

  test("is overtaken at once by a call that comes after its time", async () => {
    const clock = new VirtualClock();
    const requestClock = new RequestClock(clock);
    const script = scriptedFetch(hang, json(OTHER_SESSION_ID), reading, reading, reading);
    const dexcom = new Dexcom({ accountId: ACCOUNT_ID, password: PASSWORD, fetch: script.fetch, clock: requestClock });
    void read(dexcom).catch(() => undefined);
    await clock.advance(300_000);
    requestClock.isOver = true;
    const start = clock.now();
    await clock.runUntil(Promise.all(reads(dexcom, 3)));
    assert.equal(clock.now(), start);
    assert.deepEqual(script.operations, [LOGIN, LOGIN, ...times(3, READ)]);
  });

  test("is overtaken by one login for all callers that wait for it, however slow that one is", async () => {
    const clock = new VirtualClock();
    const requestClock = new RequestClock(clock);
    const script = scriptedFetch(
      hang,
      () => clock.sleep(5000).then(() => json(OTHER_SESSION_ID)),
      reading,
      reading,
      reading,
    );
    const dexcom = new Dexcom({ accountId: ACCOUNT_ID, password: PASSWORD, fetch: script.fetch, clock: requestClock });
    void read(dexcom).catch(() => undefined);
    await clock.advance(20_000);
    requestClock.isOver = true;
    await clock.runUntil(Promise.all(reads(dexcom, 3)));
    assert.deepEqual(script.operations, [LOGIN, LOGIN, ...times(3, READ)]);
    assert.ok(script.requests.slice(2).every(({ body }) => body["sessionId"] === OTHER_SESSION_ID));
  });

  test("and then responds does not store its session over the newer one", async () => {
    const clock = new VirtualClock();
    const requestClock = new RequestClock(clock);
    let respondLate: (response: Response) => void = () => undefined;
    const script = scriptedFetch(
      () => new Promise((resolve) => (respondLate = resolve)),
      json(OTHER_SESSION_ID),
      reading,
      reading,
    );
    const kept: string[] = [];
    const cache = {
      get: async () => kept.at(-1) ?? null,
      set: async (id: string) => void kept.push(id),
      clear: async () => void kept.splice(0),
    };
    const dexcom = new Dexcom({
      accountId: ACCOUNT_ID,
      password: PASSWORD,
      fetch: script.fetch,
      clock: requestClock,
      cache,
    });
    // `cache.get` of the first call waits on no timer.
    void read(dexcom).catch(() => undefined);
    await clock.advance(300_000);
    requestClock.isOver = true;
    assert.ok(await clock.runUntil(read(dexcom)));
    respondLate(json(SESSION_ID));
    await clock.advance(60_000);
    assert.ok(!kept.includes(SESSION_ID), "the late session is not stored");
    assert.ok(await clock.runUntil(read(dexcom)));
    assert.equal(script.requests.at(-1)!.body["sessionId"], OTHER_SESSION_ID);
  });

  test("and then responds is not remembered either if the cache keeps nothing", async () => {
    const clock = new VirtualClock();
    const requestClock = new RequestClock(clock);
    let respondLate: (response: Response) => void = () => undefined;
    const script = scriptedFetch(
      () => new Promise((resolve) => (respondLate = resolve)),
      json(OTHER_SESSION_ID),
      reading,
      reading,
    );
    const cache = { get: async () => null, set: () => Promise.reject(new Error("full")), clear: async () => undefined };
    const dexcom = new Dexcom({
      accountId: ACCOUNT_ID,
      password: PASSWORD,
      fetch: script.fetch,
      clock: requestClock,
      cache,
    });
    void read(dexcom).catch(() => undefined);
    await clock.advance(300_000);
    requestClock.isOver = true;
    assert.ok(await clock.runUntil(read(dexcom)));
    respondLate(json(SESSION_ID));
    await clock.advance(10);
    assert.ok(await clock.runUntil(read(dexcom)));
    assert.deepEqual(script.operations, [LOGIN, LOGIN, READ, READ]);
    assert.equal(script.requests.at(-1)!.body["sessionId"], OTHER_SESSION_ID);
  });

  test("in a cache that hangs is overtaken as well", async () => {
    const { script, dexcom, run } = scripted([json(SESSION_ID), reading, reading], {
      cache: { get: hang as never, set: hang as never, clear: hang as never },
    });
    await run(read(dexcom));
    await run(read(dexcom));
    assert.deepEqual(script.operations, [LOGIN, READ, READ]);
  });
});
