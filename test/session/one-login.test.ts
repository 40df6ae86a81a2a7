/** One login at a time (decision 3): concurrent callers share it, and each may leave. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Clock } from "../../src/clock.ts";
import { Dexcom } from "../../src/dexcom.ts";
import { ServerError, TimeoutError } from "../../src/errors.ts";
import type { GlucoseReading } from "../../src/glucose-reading.ts";
import { MemorySessionCache } from "../../src/session/session-cache.ts";
import { VirtualClock } from "../../src/simulator/clock/virtual-clock.ts";
import {
  ACCOUNT_ID,
  fault,
  json,
  OTHER_SESSION_ID,
  page,
  record,
  SESSION_ID,
  THIRD_SESSION_ID,
} from "../support/answers.ts";
import { AUTHENTICATE, LOGIN, PASSWORD, READ, scripted, simulated } from "../support/client.ts";
import { hang, scriptedFetch, stall } from "../support/scripted-fetch.ts";

const read = (dexcom: Dexcom, signal?: AbortSignal): Promise<GlucoseReading | undefined> =>
  dexcom.getLatestGlucoseReading({ signal });
const reads = (dexcom: Dexcom, count: number): Promise<GlucoseReading | undefined>[] =>
  Array.from({ length: count }, () => read(dexcom));
const times = (count: number, operation: string): string[] => Array.from({ length: count }, () => operation);
const counted = (operations: readonly string[]): Record<string, number> =>
  Object.fromEntries(
    [AUTHENTICATE, LOGIN, READ].map((name) => [name, operations.filter((other) => other === name).length]),
  );

describe("fifty concurrent calls", () => {
  test("that are the first make one authentication and one login", async () => {
    const { dexcom, operations, run } = simulated();
    const readings = await run(Promise.all(reads(dexcom, 50)));
    assert.ok(readings.every((reading) => reading !== undefined));
    assert.deepEqual(operations(), [AUTHENTICATE, LOGIN, ...times(50, READ)]);
  });

  test("whose session has expired make one login, and read once more each", async () => {
    const { simulator, dexcom, operations, run } = simulated();
    await run(read(dexcom));
    simulator.expireSessions();
    const before = operations().length;
    await run(Promise.all(reads(dexcom, 50)));
    assert.deepEqual(counted(operations().slice(before)), { [AUTHENTICATE]: 0, [LOGIN]: 1, [READ]: 100 });
  });

  test("that come one after another while the login goes on make one login", async () => {
    const { clock, dexcom, inject, operations, run } = simulated();
    inject({ operation: LOGIN, delayMs: 5000, times: 1 });
    const calls: Promise<unknown>[] = [];
    for (let i = 0; i < 50; i++) {
      calls.push(read(dexcom));
      await clock.advance(100);
    }
    await run(Promise.all(calls));
    assert.deepEqual(counted(operations()), { [AUTHENTICATE]: 1, [LOGIN]: 1, [READ]: 50 });
  });

  test("of all methods share it", async () => {
    const { dexcom, operations, run } = simulated();
    await run(
      Promise.all<unknown>([
        dexcom.getGlucoseReadings(),
        dexcom.getLatestGlucoseReading(),
        dexcom.getCurrentGlucoseReading(),
      ]),
    );
    assert.deepEqual(counted(operations()), { [AUTHENTICATE]: 1, [LOGIN]: 1, [READ]: 3 });
  });

  test("whose refused reads come back one by one never throw away the session that came meanwhile", async () => {
    const { simulator, dexcom, inject, operations, run } = simulated();
    await run(read(dexcom));
    simulator.expireSessions();
    // Refused at 0.9 s, 1.8 s, 2.7 s, …: the last ones long after the login.
    for (let i = 1; i <= 10; i++) inject({ operation: READ, delayMs: i * 900, times: 1 });
    const before = operations().length;
    await run(Promise.all(reads(dexcom, 10)));
    assert.deepEqual(counted(operations().slice(before)), { [AUTHENTICATE]: 0, [LOGIN]: 1, [READ]: 20 });
  });
});

describe("the account id", () => {
  test("is asked for once in the life of a client, whatever becomes of the sessions", async () => {
    const { simulator, dexcom, operations, run } = simulated();
    for (let session = 0; session < 3; session++) {
      await run(read(dexcom));
      simulator.expireSessions();
    }
    assert.deepEqual(counted(operations()), { [AUTHENTICATE]: 1, [LOGIN]: 3, [READ]: 5 });
  });

  test("is kept where the step after it fails", async () => {
    const { script, dexcom, run } = scripted([json(ACCOUNT_ID), page(403), json(SESSION_ID), json([])], {
      accountId: undefined,
      username: "someone",
    });
    await assert.rejects(run(read(dexcom)), ServerError);
    await run(read(dexcom));
    assert.deepEqual(script.operations, [AUTHENTICATE, LOGIN, LOGIN, READ]);
  });
});

describe("a failed login", () => {
  test("fails all who waited for it, each with the same error, and poisons nobody after", async () => {
    const { script, dexcom, run } = scripted([
      page(403),
      json(SESSION_ID),
      ...Array.from({ length: 5 }, () => json([])),
    ]);
    const settled = await run(Promise.allSettled(reads(dexcom, 50)));
    assert.ok(
      settled.every(
        (one) => one.status === "rejected" && one.reason instanceof ServerError && one.reason.status === 403,
      ),
    );
    assert.deepEqual(script.operations, [LOGIN]);
    await run(Promise.all(reads(dexcom, 5)));
    assert.deepEqual(script.operations, [LOGIN, LOGIN, ...times(5, READ)]);
  });

  test("is no unhandled rejection where all who waited have left", async () => {
    const { clock, script, dexcom } = scripted([stall, stall]);
    const controller = new AbortController();
    const call = read(dexcom, controller.signal);
    await clock.advance(1);
    controller.abort("left");
    await assert.rejects(call, (reason) => reason === "left");
    await clock.advance(60_000);
    assert.deepEqual(script.operations, [LOGIN, LOGIN]);
  });
});

describe("an abort during a shared login", () => {
  test("rejects that caller alone, at once, and the login goes on for the others", async () => {
    const { clock, dexcom, inject, operations, run } = simulated();
    inject({ operation: LOGIN, delayMs: 4000, times: 1 });
    const controller = new AbortController();
    const leaving = read(dexcom, controller.signal);
    const staying = reads(dexcom, 3);
    await clock.advance(1000);
    const start = clock.now();
    controller.abort("left");
    await assert.rejects(leaving, (reason) => reason === "left");
    assert.equal(clock.now(), start);
    assert.ok((await run(Promise.all(staying))).every((reading) => reading !== undefined));
    assert.deepEqual(counted(operations()), { [AUTHENTICATE]: 1, [LOGIN]: 1, [READ]: 3 });
  });

  test("by the only caller lets it finish: the next call has its session", async () => {
    const { clock, dexcom, inject, operations, run } = simulated();
    inject({ operation: LOGIN, delayMs: 4000, times: 1 });
    const controller = new AbortController();
    const leaving = read(dexcom, controller.signal);
    await clock.advance(1000);
    controller.abort("left");
    await assert.rejects(leaving, (reason) => reason === "left");
    await clock.advance(5000);
    await run(read(dexcom));
    assert.deepEqual(operations(), [AUTHENTICATE, LOGIN, READ]);
  });

  test("does not reach the signal of the login's own requests", async () => {
    const { script, clock, dexcom, run } = scripted([stall, json(SESSION_ID), json([])]);
    const controller = new AbortController();
    const leaving = read(dexcom, controller.signal);
    await clock.advance(1);
    controller.abort("left");
    await assert.rejects(leaving);
    assert.equal(script.requests[0]!.signal.aborted, false);
    await run(read(dexcom));
    assert.deepEqual(script.operations, [LOGIN, LOGIN, READ]);
  });
});

describe("a caller's deadline", () => {
  test("that passes while the cache is asked begins no login", async () => {
    const { clock, script, dexcom, run } = scripted([page(403)], {
      deadlineMs: 1000,
      cache: { get: hang as never, set: hang as never, clear: hang as never },
    });
    await assert.rejects(run(read(dexcom)), (error: TimeoutError) => error.code === "DEADLINE_EXCEEDED");
    await clock.advance(60_000);
    assert.equal(script.requests.length, 0);
  });

  test("ends its own wait for a login, and not the login", async () => {
    const { clock, dexcom, inject, operations, run } = simulated({ deadlineMs: 5000, timeoutMs: 4000 });
    inject({ operation: LOGIN, delayMs: 3500, times: 1 });
    inject({ operation: AUTHENTICATE, delayMs: 1000, times: 1 });
    const first = read(dexcom);
    await clock.advance(4499);
    const second = read(dexcom);
    await run(Promise.all([first, second]));
    assert.deepEqual(counted(operations()), { [AUTHENTICATE]: 1, [LOGIN]: 1, [READ]: 2 });
  });

  test("is its own: who comes late has his full time", async () => {
    const { clock, script, dexcom, run } = scripted([stall, stall, json(SESSION_ID), json([])], { deadlineMs: 12_000 });
    const first = read(dexcom);
    await clock.advance(11_000);
    const second = read(dexcom);
    await assert.rejects(clock.runUntil(first), (error: TimeoutError) => error.code === "DEADLINE_EXCEEDED");
    await assert.rejects(run(second), TimeoutError);
    await clock.advance(60_000);
    await run(read(dexcom));
    assert.deepEqual(script.operations, [LOGIN, LOGIN, LOGIN, READ]);
  });
});

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
  const answer = (): Response => json([record()]);

  test("is overtaken by one call after its deadline, and waited for no longer", async () => {
    const clock = new VirtualClock();
    const requestClock = new RequestClock(clock);
    const script = scriptedFetch(hang, json(OTHER_SESSION_ID), answer, answer);
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
    const script = scriptedFetch(hang, json(OTHER_SESSION_ID), answer, answer, answer);
    const dexcom = new Dexcom({ accountId: ACCOUNT_ID, password: PASSWORD, fetch: script.fetch, clock: requestClock });
    void read(dexcom).catch(() => undefined);
    await clock.advance(300_000);
    requestClock.isOver = true;
    const start = clock.now();
    await clock.runUntil(Promise.all(reads(dexcom, 3)));
    assert.equal(clock.now(), start);
    assert.deepEqual(script.operations, [LOGIN, LOGIN, ...times(3, READ)]);
  });

  test("is overtaken by one login for all who wait for it, however slow that is", async () => {
    const clock = new VirtualClock();
    const requestClock = new RequestClock(clock);
    const script = scriptedFetch(
      hang,
      () => clock.sleep(5000).then(() => json(OTHER_SESSION_ID)),
      answer,
      answer,
      answer,
    );
    const dexcom = new Dexcom({ accountId: ACCOUNT_ID, password: PASSWORD, fetch: script.fetch, clock: requestClock });
    void read(dexcom).catch(() => undefined);
    await clock.advance(20_000);
    requestClock.isOver = true;
    await clock.runUntil(Promise.all(reads(dexcom, 3)));
    assert.deepEqual(script.operations, [LOGIN, LOGIN, ...times(3, READ)]);
    assert.ok(script.requests.slice(2).every(({ body }) => body["sessionId"] === OTHER_SESSION_ID));
  });

  test("and answers after all does not store its session over the newer one", async () => {
    const clock = new VirtualClock();
    const requestClock = new RequestClock(clock);
    let answerLate: (response: Response) => void = () => undefined;
    const script = scriptedFetch(
      () => new Promise((resolve) => (answerLate = resolve)),
      json(OTHER_SESSION_ID),
      answer,
      answer,
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
    answerLate(json(SESSION_ID));
    await clock.advance(60_000);
    assert.ok(!kept.includes(SESSION_ID), "the late session is not stored");
    assert.ok(await clock.runUntil(read(dexcom)));
    assert.equal(script.requests.at(-1)!.body["sessionId"], OTHER_SESSION_ID);
  });

  test("and answers after all is not remembered either, where the cache keeps nothing", async () => {
    const clock = new VirtualClock();
    const requestClock = new RequestClock(clock);
    let answerLate: (response: Response) => void = () => undefined;
    const script = scriptedFetch(
      () => new Promise((resolve) => (answerLate = resolve)),
      json(OTHER_SESSION_ID),
      answer,
      answer,
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
    answerLate(json(SESSION_ID));
    await clock.advance(10);
    assert.ok(await clock.runUntil(read(dexcom)));
    assert.deepEqual(script.operations, [LOGIN, LOGIN, READ, READ]);
    assert.equal(script.requests.at(-1)!.body["sessionId"], OTHER_SESSION_ID);
  });

  test("in a cache that hangs is overtaken as well", async () => {
    const { script, dexcom, run } = scripted([json(SESSION_ID), answer, answer], {
      cache: { get: hang as never, set: hang as never, clear: hang as never },
    });
    await run(read(dexcom));
    await run(read(dexcom));
    assert.deepEqual(script.operations, [LOGIN, READ, READ]);
  });
});

describe("logins of different clients", () => {
  test("are their own", async () => {
    const { dexcom, another, operations, run } = simulated();
    await run(Promise.all([read(dexcom), read(another())]));
    assert.deepEqual(counted(operations()), { [AUTHENTICATE]: 2, [LOGIN]: 2, [READ]: 2 });
  });

  test("are one where they share a cache and one comes after the other", async () => {
    const { clock, another, operations, run } = simulated();
    const cache = new MemorySessionCache(clock);
    await run(read(another({ cache })));
    await run(read(another({ cache })));
    assert.deepEqual(operations(), [AUTHENTICATE, LOGIN, READ, READ]);
  });
});

test("a session that is refused at once gets one more login, and then the call fails: no loop", async () => {
  const dead = (): Response => fault("SessionIdNotFound");
  const { script, dexcom, run } = scripted([
    json(SESSION_ID),
    dead,
    json(OTHER_SESSION_ID),
    dead,
    json(THIRD_SESSION_ID),
    dead,
  ]);
  await assert.rejects(run(read(dexcom)), /Session ID not found/);
  assert.deepEqual(script.operations, [LOGIN, READ, LOGIN, READ]);
});
