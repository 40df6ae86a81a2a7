import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { describe, test } from "node:test";
import { json, page } from "../support/responses.ts";
import { neverCalled } from "../support/never-called.ts";
import { hang, stall } from "../support/scripted-fetch.ts";
import { bench, READ } from "./transport-bench.ts";

describe("an abort", () => {
  const REASON = { mine: true };
  const isMine = (thrown: unknown): boolean => thrown === REASON;

  test("before the call sends nothing", async () => {
    const { script, send } = bench([json(1)]);
    await assert.rejects(send(READ, { signal: AbortSignal.abort(REASON) }), isMine);
    assert.equal(script.requests.length, 0);
  });

  for (const [where, step] of [
    ["a request", stall],
    ["a request whose fetch ignores its signal", hang],
    ["a body", () => new Response(new ReadableStream())],
    ["a back-off", page(503)],
    ["a wait that the service asked for", page(503, { "retry-after": "20" })],
  ] as const) {
    test(`during ${where} ends the call at once with the reason itself`, async () => {
      const { clock, script, begin } = bench([step, neverCalled]);
      const controller = new AbortController();
      const start = clock.now();
      const call = begin(READ, { signal: controller.signal });
      await clock.advance(100);
      controller.abort(REASON);
      await assert.rejects(call, isMine);
      assert.equal(clock.now() - start, 100);
      assert.equal(clock.sleeping, 0);
      assert.equal(getEventListeners(controller.signal, "abort").length, 0);
      await clock.advance(100_000);
      assert.equal(script.requests.length, 1);
    });
  }

  test("while others wait out the same leaves them waiting", async () => {
    const { clock, begin } = bench([page(503, { "retry-after": "10" }), json("a"), json("b")]);
    const controller = new AbortController();
    const first = begin();
    await clock.advance(1);
    const leaving = begin(READ, { signal: controller.signal });
    const staying = begin();
    await clock.advance(1);
    controller.abort(REASON);
    await assert.rejects(leaving, isMine);
    await clock.runUntil(Promise.all([first, staying]));
  });

  test("in the moment an attempt fails is the reason, not the failure", async () => {
    const controller = new AbortController();
    const aborting = (): never => {
      controller.abort(REASON);
      throw new TypeError("fetch failed");
    };
    await assert.rejects(bench([aborting]).send(READ, { signal: controller.signal }), isMine);
  });
});
