import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { describe, test } from "node:test";
import { setUp, TIME, US } from "./raw-client.ts";

const TIME_URL = `${US}/ShareWebServices/Services/${TIME}`;

/** A promise's state after everything pending has run. */
async function stateOf(promise: Promise<unknown>): Promise<string> {
  let state = "pending";
  promise.then(
    () => (state = "resolved"),
    () => (state = "rejected"),
  );
  for (let turns = 0; turns < 10; turns++) await new Promise(setImmediate);
  return state;
}

describe("an abort rejects with the reason itself", () => {
  const reason = { why: "enough" };
  const isReason = (thrown: unknown): boolean => thrown === reason;

  test("when the signal is already aborted: no request is made", async () => {
    const { simulator } = setUp();
    await assert.rejects(simulator.fetch(TIME_URL, { signal: AbortSignal.abort(reason) }), isReason);
    await assert.rejects(simulator.fetch(new Request(TIME_URL, { signal: AbortSignal.abort(reason) })), isReason);
    assert.equal(simulator.requests.length, 0);
  });

  test("when it aborts right after the call", async () => {
    const { simulator } = setUp();
    const controller = new AbortController();
    const call = simulator.fetch(TIME_URL, { signal: controller.signal });
    controller.abort(reason);
    await assert.rejects(call, isReason);
  });

  test("while the request's own body is still being read", async () => {
    const { simulator } = setUp();
    const controller = new AbortController();
    const body = new ReadableStream({ pull: () => new Promise(() => undefined) });
    const call = simulator.fetch(TIME_URL, { method: "POST", body, duplex: "half", signal: controller.signal });
    assert.equal(await stateOf(call), "pending");
    controller.abort(reason);
    await assert.rejects(call, isReason);
  });

  test("in the very moment in which a late response comes", async () => {
    const { simulator, clock } = setUp();
    simulator.inject({ delayMs: 1000 });
    const controller = new AbortController();
    const sleep = clock.sleep.bind(clock);
    clock.sleep = async (ms, signal) => {
      await sleep(ms, signal);
      queueMicrotask(() => queueMicrotask(() => controller.abort(reason)));
    };
    await assert.rejects(clock.runUntil(simulator.fetch(TIME_URL, { signal: controller.signal })), isReason);
    await clock.advance(1);
  });

  for (const delayMs of [1000, Infinity]) {
    test(`while the response is ${delayMs} ms late: the clock has no sleeper left`, async () => {
      const { simulator, clock } = setUp();
      simulator.inject({ delayMs });
      const controller = new AbortController();
      const call = simulator.fetch(TIME_URL, { signal: controller.signal });
      assert.equal(await stateOf(call), "pending");
      controller.abort(reason);
      await assert.rejects(call, isReason);
      assert.equal(clock.sleeping, 0);
      assert.equal(getEventListeners(controller.signal, "abort").length, 0);
    });

    test(`while the rest of the body is ${delayMs} ms late`, async () => {
      const { simulator, clock } = setUp();
      simulator.inject({ bodyDelayMs: delayMs });
      const controller = new AbortController();
      const response = await simulator.fetch(TIME_URL, { signal: controller.signal });
      const text = response.text();
      assert.equal(await stateOf(text), "pending");
      controller.abort(reason);
      await assert.rejects(text, isReason);
      assert.equal(clock.sleeping, 0);
    });
  }

  test("also for a body that has arrived and is not read yet", async () => {
    const { simulator } = setUp();
    const controller = new AbortController();
    const response = await simulator.fetch(TIME_URL, { signal: controller.signal });
    await stateOf(Promise.resolve());
    controller.abort(reason);
    await assert.rejects(response.text(), isReason);
  });

  test("and not for a body that has been read; nothing stays on the signal", async () => {
    const { simulator } = setUp();
    const controller = new AbortController();
    for (let call = 0; call < 50; call++) await (await simulator.fetch(TIME_URL, { signal: controller.signal })).text();
    simulator.inject({ drop: "mid-body", times: 1 });
    await (await simulator.fetch(TIME_URL, { signal: controller.signal })).text().catch(() => undefined);
    await (await simulator.fetch(TIME_URL, { signal: controller.signal })).body?.cancel();
    await (await simulator.fetch(TIME_URL, { method: "HEAD", signal: controller.signal })).text();
    simulator.inject({ drop: "before-headers", times: 1 });
    await simulator.fetch(TIME_URL, { signal: controller.signal }).catch(() => undefined);
    assert.equal(getEventListeners(controller.signal, "abort").length, 0);
    controller.abort(reason);
  });

  test("a body that is cancelled while its rest is late leaves no sleeper", async () => {
    const { simulator, clock } = setUp();
    simulator.inject({ bodyDelayMs: 1000 });
    const response = await simulator.fetch(TIME_URL);
    await response.body?.cancel();
    await stateOf(Promise.resolve());
    assert.equal(clock.sleeping, 0);
  });
});
