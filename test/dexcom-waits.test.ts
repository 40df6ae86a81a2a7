import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { describe, test } from "node:test";
import { RateLimitError, ServerError, TimeoutError } from "../src/errors.ts";
import { json, page, SESSION_ID } from "./support/responses.ts";
import { LOGIN_AND_READ, READ, scripted, simulated } from "./support/client.ts";
import { stall } from "./support/scripted-fetch.ts";

describe("the deadline", () => {
  test("covers login, read, attempts and waits", async () => {
    for (const [steps, requests] of [
      [[stall, stall, stall], 2],
      [[() => json(SESSION_ID), stall, stall, stall], 3],
    ] as const) {
      const { clock, script, dexcom, run } = scripted(steps, { deadlineMs: 15_000 });
      const start = clock.now();
      await assert.rejects(
        run(dexcom.getGlucoseReadings()),
        (error: TimeoutError) => error.code === "DEADLINE_EXCEEDED",
      );
      assert.equal(clock.now() - start, 15_000);
      assert.equal(script.requests.length, requests);
    }
  });

  test("is 30 s, and that of an attempt 10 s, by default", async () => {
    const { clock, events, dexcom, run } = scripted([() => json(SESSION_ID), stall, stall, stall]);
    const start = clock.now();
    await assert.rejects(run(dexcom.getGlucoseReadings()), (error: TimeoutError) => error.code === "DEADLINE_EXCEEDED");
    assert.equal(clock.now() - start, 30_000);
    assert.deepEqual(
      events.map((event) => event.type),
      ["login", "retry", "retry"],
    );
  });

  test("leaves nothing behind: no sleeper, no listener", async () => {
    const { clock, dexcom, run } = simulated();
    const { signal } = new AbortController();
    await run(dexcom.getGlucoseReadings(60, 5, { signal }));
    assert.equal(clock.sleeping, 0);
    assert.equal(getEventListeners(signal, "abort").length, 0);
  });
});

describe("a wait that the service asks for", () => {
  test("is waited for in full by all calls, and nothing is sent before", async () => {
    const { simulator, clock, inject, dexcom, run } = simulated();
    await run(dexcom.getLatestGlucoseReading());
    inject({ operation: READ, status: 429, headers: { "retry-after": "12" }, times: 1 });
    const start = clock.now();
    await run(
      Promise.all([dexcom.getLatestGlucoseReading(), clock.sleep(2000).then(() => dexcom.getLatestGlucoseReading())]),
    );
    assert.deepEqual(
      simulator.requests.slice(-3).map(({ timeMs }) => timeMs - start),
      [0, 12_000, 12_000],
    );
  });

  test("that does not fit ends the call now, and later ones without a request", async () => {
    const { simulator, clock, inject, dexcom, run } = simulated();
    await run(dexcom.getLatestGlucoseReading());
    inject({ operation: READ, status: 429, headers: { "retry-after": "120" }, times: 1 });
    await assert.rejects(
      run(dexcom.getLatestGlucoseReading()),
      (error: RateLimitError) => error.retryAfterMs === 120_000,
    );
    const before = simulator.requests.length;
    await clock.advance(60_000);
    await assert.rejects(run(dexcom.getLatestGlucoseReading()), (error: RateLimitError) => {
      assert.match(error.advice, /60 seconds/);
      return error instanceof RateLimitError && error.retryAfterMs === 60_000;
    });
    assert.equal(simulator.requests.length, before);
    await clock.advance(60_000);
    assert.ok(await run(dexcom.getLatestGlucoseReading()));
  });

  for (const status of [429, 503]) {
    test(`after ${status} to a login holds for the login`, async () => {
      const { script, clock, dexcom, run } = scripted([page(status, { "retry-after": "60" }), ...LOGIN_AND_READ]);
      await assert.rejects(
        run(dexcom.getLatestGlucoseReading()),
        (error: ServerError) => error.retryAfterMs === 60_000,
      );
      await assert.rejects(run(dexcom.getLatestGlucoseReading()), ServerError);
      assert.equal(script.requests.length, 1);
      await clock.advance(60_000);
      await run(dexcom.getLatestGlucoseReading());
    });
  }
});
