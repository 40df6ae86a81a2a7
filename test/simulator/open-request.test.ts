import assert from "node:assert/strict";
import { test } from "node:test";
import type { Clock } from "../../src/clock.ts";
import { OpenRequest } from "../../src/simulator/clock/open-request.ts";

/** A clock that only counts what it is told to hold. */
function countingClock(): { clock: Clock; held: () => Promise<number> } {
  let count = 0;
  const clock: Clock = {
    now: () => 0,
    sleep: (ms) => (ms < 0 ? Promise.reject(new Error("no")) : new Promise((resolve) => setImmediate(resolve))),
    hold: (work) => {
      count++;
      void work.then(() => count--);
      return work;
    },
  };
  return { clock, held: () => new Promise((resolve) => queueMicrotask(() => resolve(count))) };
}

test("an open request holds the clock, but for the simulator's own sleep, until its end", async () => {
  const { clock, held } = countingClock();
  const open = new OpenRequest(clock);
  assert.equal(await held(), 1);
  const sleep = open.sleep(10, undefined);
  assert.equal(await held(), 0);
  await sleep;
  assert.equal(await held(), 1);
  open.end();
  open.end();
  assert.equal(await held(), 0);
});

test("a sleep that fails does not hold the clock again", async () => {
  const { clock, held } = countingClock();
  const open = new OpenRequest(clock);
  await assert.rejects(open.sleep(-1, undefined));
  assert.equal(await held(), 0);
});

test("a clock without hold is good too", async () => {
  const { clock } = countingClock();
  const open = new OpenRequest({ now: clock.now, sleep: clock.sleep });
  await open.sleep(1, undefined);
  open.end();
});

test("a sleep for good ends with the signal's reason, also if that came before", async () => {
  const { clock } = countingClock();
  const reason = { why: "enough" };
  const controller = new AbortController();
  const sleep = new OpenRequest(clock).sleep(Infinity, controller.signal);
  controller.abort(reason);
  await assert.rejects(sleep, (thrown) => thrown === reason);
  await assert.rejects(new OpenRequest(clock).sleep(Infinity, controller.signal), (thrown) => thrown === reason);
});
