import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { TimeoutError } from "../../src/errors.ts";
import { json } from "../support/responses.ts";
import { hang, stall } from "../support/scripted-fetch.ts";
import { bench, READ } from "./transport-bench.ts";

describe("the time of one attempt", () => {
  for (const [what, step] of [
    ["no headers come", stall],
    ["fetch ignores its signal", hang],
    [
      "the body stalls",
      () =>
        new Response(new ReadableStream({ start: (controller) => controller.enqueue(new TextEncoder().encode("[")) })),
    ],
  ] as const) {
    test(`ends if ${what}, and another attempt is made`, async () => {
      const { times, events, send } = bench([step, json("second")], { timeoutMs: 7000 });
      assert.equal(await send(), "second");
      assert.deepEqual(times, [0, 7200]);
      const [event] = events;
      assert.ok(event?.type === "retry" && event.error instanceof TimeoutError);
      assert.equal(event.error.code, "ATTEMPT_TIMED_OUT");
      assert.equal(event.error.attempts, 1);
      assert.match(event.error.message, /7000 ms/);
    });
  }

  test("starts again with each attempt, and its signal is the attempt's own", async () => {
    const { script, send } = bench([stall, stall, json(1)], { timeoutMs: 3000 });
    await send();
    const signals = script.requests.map(({ signal }) => signal);
    assert.equal(new Set(signals).size, 3);
    assert.deepEqual(
      signals.map(({ aborted }) => aborted),
      [true, true, false],
    );
  });

  test("cancels the body that stalls", async () => {
    let cancelled = 0;
    const stalled = (): Response => new Response(new ReadableStream({ cancel: () => void cancelled++ }));
    await bench([stalled, json(1)]).send();
    assert.equal(cancelled, 1);
  });
});

describe("the deadline of a call", () => {
  test("ends an attempt, and no other is made", async () => {
    const { clock, times, send } = bench([stall, json(1)]);
    const start = clock.now();
    await assert.rejects(send(READ, { ms: 4000 }), (error: TimeoutError) => error.code === "DEADLINE_EXCEEDED");
    assert.equal(clock.now() - start, 4000);
    assert.deepEqual(times, [0]);
  });

  test("covers all attempts and waits", async () => {
    const { clock, times, send } = bench([stall, stall, stall], { timeoutMs: 5000 });
    const start = clock.now();
    await assert.rejects(send(READ, { ms: 12_000 }), (error: TimeoutError) => error.code === "DEADLINE_EXCEEDED");
    assert.equal(clock.now() - start, 12_000);
    assert.deepEqual(times, [0, 5200, 10_600]);
  });

  test("that has passed lets nothing be sent", async () => {
    const { send, script } = bench([json(1)]);
    await assert.rejects(send(READ, { ms: 0 }), TimeoutError);
    assert.equal(script.requests.length, 0);
  });
});
