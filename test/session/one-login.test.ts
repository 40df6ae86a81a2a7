/** One login at a time (decision 3): concurrent callers share it, and each may leave. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ServerError, TimeoutError } from "../../src/errors.ts";
import { MemorySessionCache } from "../../src/session/session-cache.ts";
import { ACCOUNT_ID, fault, json, OTHER_SESSION_ID, page, SESSION_ID, THIRD_SESSION_ID } from "../support/responses.ts";
import { AUTHENTICATE, LOGIN, READ, scripted, simulated } from "../support/client.ts";
import { hang, stall } from "../support/scripted-fetch.ts";
import { read, reads, times } from "./reads.ts";

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

  test("that come one after another during the login make one login", async () => {
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
  test("is requested once in the life of a client, whatever becomes of the sessions", async () => {
    const { simulator, dexcom, operations, run } = simulated();
    for (let session = 0; session < 3; session++) {
      await run(read(dexcom));
      simulator.expireSessions();
    }
    assert.deepEqual(counted(operations()), { [AUTHENTICATE]: 1, [LOGIN]: 3, [READ]: 5 });
  });

  test("is kept if the step after it fails", async () => {
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
  test("fails all callers that waited for it, each with the same error, and no later call", async () => {
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

  test("is no unhandled rejection if all callers have aborted", async () => {
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
  test("rejects that caller alone, at once, and the login continues for the others", async () => {
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
  test("that passes while the cache is read begins no login", async () => {
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

  test("is its own: a late caller has the full time", async () => {
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

describe("logins of different clients", () => {
  test("are their own", async () => {
    const { dexcom, another, operations, run } = simulated();
    await run(Promise.all([read(dexcom), read(another())]));
    assert.deepEqual(counted(operations()), { [AUTHENTICATE]: 2, [LOGIN]: 2, [READ]: 2 });
  });

  test("are one if they share a cache and one comes after the other", async () => {
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
