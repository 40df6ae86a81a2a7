import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { RateLimitError, ServerError, SessionError, type DexcomError } from "../../src/errors.ts";
import { fault, json, page } from "../support/responses.ts";
import { bench, LOGIN, READ, RETRY } from "./transport-bench.ts";

describe("the service's own wait", () => {
  test("is waited for in full, however long our own would be", async () => {
    const { times, send } = bench([page(503, { "retry-after": "20" }), json(1)], {
      retry: { ...RETRY, maxDelayMs: 10 },
    });
    await send();
    assert.deepEqual(times, [0, 20_000]);
  });

  test("may be 0: the retry is sent at once", async () => {
    const { times, send } = bench([page(429, { "retry-after": "0" }), json(1)]);
    await send();
    assert.deepEqual(times, [0, 0]);
  });

  test("as a date is measured by the service's clock, though ours is a year off", async () => {
    const headers = { date: "Wed, 01 Jan 2025 12:00:00 GMT", "retry-after": "Wed, 01 Jan 2025 12:00:09 GMT" };
    const { times, send } = bench([page(503, headers), json(1)]);
    await send();
    assert.deepEqual(times, [0, 9000]);
  });

  test("that is unreadable is ignored: our own wait is used", async () => {
    const { times, send } = bench([page(503, { "retry-after": "a while" }), json(1)]);
    await send();
    assert.deepEqual(times, [0, 200]);
  });

  for (const seconds of [30, 31, 3600, 10_000_000]) {
    test(`of ${seconds} s does not fit into a call of 30 s: it ends at once and says so`, async () => {
      const { clock, times, send } = bench([page(503, { "retry-after": String(seconds) }), json(1)]);
      const start = clock.now();
      await assert.rejects(
        send(),
        (error: ServerError) => error.retryAfterMs === seconds * 1000 && error.attempts === 1,
      );
      assert.deepEqual(times, [0]);
      assert.equal(clock.now(), start);
    });
  }

  test("holds for later calls: they fail at once, with what is left, until it is over", async () => {
    const { clock, times, send } = bench([page(429, { "retry-after": "100" }), json("again")]);
    await assert.rejects(send(), RateLimitError);
    await clock.advance(40_000);
    await assert.rejects(send(), (error: RateLimitError) => {
      assert.equal(error.constructor, RateLimitError);
      assert.deepEqual([error.retryAfterMs, error.attempts, error.status], [60_000, 0, 429]);
      return true;
    });
    // It ends within this call's time, but a call has ended over it: who asks is told.
    await clock.advance(59_999);
    await assert.rejects(send(), (error: RateLimitError) => error.retryAfterMs === 1);
    await clock.advance(1);
    assert.equal(await send(), "again");
    assert.deepEqual(times, [0, 100_000]);
  });

  test("holds for calls that are made meanwhile: they wait too if it fits", async () => {
    const { clock, times, begin } = bench([page(503, { "retry-after": "10" }), json("a"), json("b")]);
    const first = begin();
    await clock.advance(3000);
    const second = begin();
    const short = begin(READ, { ms: 5000 });
    await assert.rejects(
      clock.runUntil(short),
      (error: ServerError) => error.retryAfterMs === 7000 && error.attempts === 0,
    );
    assert.deepEqual(new Set(await clock.runUntil(Promise.all([first, second]))), new Set(["a", "b"]));
    assert.deepEqual(times, [0, 10_000, 10_000]);
  });

  test("holds after the last attempt as well", async () => {
    const { clock, times, send } = bench([page(503, { "retry-after": "5" }), json(1)], {
      retry: { ...RETRY, retries: 1 },
    });
    await assert.rejects(send(), (error: ServerError) => error.retryAfterMs === 5000);
    await assert.rejects(send(), (error: ServerError) => error.retryAfterMs === 5000 && error.attempts === 0);
    await clock.advance(5000);
    await send();
    assert.deepEqual(times, [0, 5000]);
  });

  for (const [code, status] of [
    ["AccountPasswordInvalid", 500],
    ["SSO_AuthenticateMaxAttemptsExceeed", 200],
    ["InvalidArgument", 503],
    ["SomethingNew", 503],
  ] as const) {
    test(`holds if it comes with ${code} and status ${status} too`, async () => {
      const response = fault(code, "", { status, headers: { "retry-after": "60" } });
      const { clock, times, send } = bench([response, json(1)]);
      const first = await send().catch((error: unknown) => error as DexcomError);
      await clock.advance(50_000);
      await assert.rejects(send(), (again: DexcomError) => {
        const { code, message, name, status } = first as DexcomError;
        assert.deepEqual(
          [again.constructor, again.code, again.message, again.name, again.status],
          [first!.constructor, code, message, name, status],
        );
        assert.deepEqual([again.retryAfterMs, again.attempts], [10_000, 0]);
        return true;
      });
      await clock.advance(10_000);
      await send();
      assert.deepEqual(times, [0, 60_000]);
    });
  }

  test("holds after a dead session for the login that follows, which waits if that fits", async () => {
    const dead = (): Response => fault("SessionNotValid", "", { status: 429, headers: { "retry-after": "5" } });
    const { clock, times, send } = bench([dead(), json("login"), dead()]);
    await assert.rejects(send(), SessionError);
    assert.equal(await send(LOGIN), "login");
    await assert.rejects(send(), SessionError);
    await assert.rejects(
      send(LOGIN, { ms: 5000 }),
      (error: SessionError) => error.constructor === SessionError && error.retryAfterMs === 5000,
    );
    assert.deepEqual(times, [0, 5000, 5000]);
    assert.equal(clock.sleeping, 0);
  });

  test("holds for the longer of two", async () => {
    const { clock, times, begin, send } = bench([
      page(503, { "retry-after": "60" }),
      page(503, { "retry-after": "40" }),
      json(1),
    ]);
    const both = Promise.allSettled([begin(), begin()]);
    await clock.runUntil(both);
    await clock.advance(50_000);
    await assert.rejects(send(), (error: ServerError) => error.retryAfterMs === 10_000);
    await clock.advance(10_000);
    await send();
    assert.deepEqual(times, [0, 0, 60_000]);
  });

  for (const seconds of [4_320_000, 99_999_999_999]) {
    test(`of ${seconds} seconds is reported in full and kept for a day`, async () => {
      const { clock, script, send } = bench([page(503, { "retry-after": String(seconds) }), json("again")]);
      await assert.rejects(send(), (error: ServerError) => error.retryAfterMs === seconds * 1000);
      await clock.advance(86_400_000 - 1);
      await assert.rejects(send(), (error: ServerError) => error.retryAfterMs === 1);
      assert.equal(script.requests.length, 1);
      await clock.advance(1);
      assert.equal(await send(), "again");
    });
  }

  test("is over when its time has elapsed, whatever the wall clock says", async () => {
    for (const jumpMs of [86_400_000, -86_400_000]) {
      const { clock, script, send } = bench([page(429, { "retry-after": "60" }), json("again")]);
      await assert.rejects(send(READ, { ms: 5000 }), RateLimitError);
      clock.setNow(clock.now() + jumpMs);
      await clock.advance(59_999);
      await assert.rejects(send(READ, { ms: 1 }), (error: RateLimitError) => error.retryAfterMs === 1);
      await clock.advance(1);
      assert.equal(await send(), "again");
      assert.equal(script.requests.length, 2);
    }
  });
});
