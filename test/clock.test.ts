import assert from "node:assert/strict";
import { describe, mock, test } from "node:test";
import { type Clock, elapsedMs, schedule, systemClock } from "../src/clock.ts";
import { VirtualClock } from "../src/simulator/clock/virtual-clock.ts";
import { neverCalled } from "./support/never-called.ts";

const MAX_TIMER_MS = 2 ** 31 - 1;

const settled = async (promise: Promise<unknown>): Promise<boolean> => {
  let is = false;
  promise.then(
    () => (is = true),
    () => (is = true),
  );
  await new Promise(setImmediate);
  return is;
};

describe("the system clock", () => {
  test("tells the time", (t) => {
    t.mock.method(Date, "now", () => 1_767_225_600_123);
    assert.equal(systemClock.now(), 1_767_225_600_123);
  });

  test("wakes when the time has passed, and no earlier", async (t) => {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    const sleep = systemClock.sleep(500);
    t.mock.timers.tick(499);
    assert.equal(await settled(sleep), false);
    t.mock.timers.tick(1);
    await sleep;
  });

  for (const days of [25, 60, 400]) {
    test(`sleeps ${days} days: more than one timer can hold`, async (t) => {
      t.mock.timers.enable({ apis: ["setTimeout"] });
      const ms = days * 86_400_000;
      const sleep = systemClock.sleep(ms);
      // Timer by timer: the mock counts the next one from the end of its tick.
      for (let left = ms - 1; left > 0; left -= MAX_TIMER_MS) t.mock.timers.tick(Math.min(left, MAX_TIMER_MS));
      assert.equal(await settled(sleep), false);
      t.mock.timers.tick(1);
      await sleep;
    });
  }

  test("gives no timer more than it can hold", async () => {
    const set = mock.method(globalThis, "setTimeout", (() => 0) as never);
    try {
      void systemClock.sleep(2 ** 31);
      void systemClock.sleep(Number.MAX_SAFE_INTEGER);
      void systemClock.sleep(5);
    } finally {
      set.mock.restore();
    }
    assert.deepEqual(
      set.mock.calls.map(({ arguments: [, ms] }) => ms),
      [2 ** 31 - 1, 2 ** 31 - 1, 5],
    );
  });

  test("wakes at once with the reason itself on an abort, and leaves neither timer nor listener", async (t) => {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    const cleared = t.mock.method(globalThis, "clearTimeout");
    const controller = new AbortController();
    const removed = t.mock.method(controller.signal, "removeEventListener");
    const reason = { mine: true };
    const sleep = systemClock.sleep(2 ** 33, controller.signal);
    controller.abort(reason);
    await assert.rejects(sleep, (thrown) => thrown === reason);
    assert.equal(cleared.mock.callCount(), 1);

    const done = new AbortController();
    const removedOfDone = t.mock.method(done.signal, "removeEventListener");
    const short = systemClock.sleep(5, done.signal);
    t.mock.timers.tick(5);
    await short;
    assert.equal(removedOfDone.mock.callCount(), 1);
    void removed;
  });

  test("does not begin to sleep on a signal that is aborted", async (t) => {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    const cleared = t.mock.method(globalThis, "clearTimeout");
    await assert.rejects(systemClock.sleep(1000, AbortSignal.abort("gone")), (thrown) => thrown === "gone");
    assert.equal(cleared.mock.callCount(), 1);
  });
});

describe("a scheduled call", () => {
  test("comes after its time on any clock", async (t) => {
    const clock = new VirtualClock(0);
    const calls: number[] = [];
    schedule(clock, 300, () => calls.push(clock.now()));
    await clock.advance(1000);
    assert.deepEqual(calls, [300]);

    t.mock.timers.enable({ apis: ["setTimeout"] });
    const real = t.mock.fn();
    schedule(systemClock, 300, real);
    t.mock.timers.tick(299);
    assert.equal(real.mock.callCount(), 0);
    t.mock.timers.tick(1);
    assert.equal(real.mock.callCount(), 1);
  });

  test("does not come once it is cancelled, and nobody sleeps on for it", async (t) => {
    const clock = new VirtualClock(0);
    const cancel = schedule(clock, 300, neverCalled);
    cancel();
    assert.equal(clock.sleeping, 0);
    await clock.advance(1000);

    t.mock.timers.enable({ apis: ["setTimeout"] });
    schedule(systemClock, 300, neverCalled)();
    t.mock.timers.tick(1000);
  });
});

describe("a scheduled call in steps", () => {
  test("comes after its time, in steps that each leave a turn to pending work", async (t) => {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    const real = t.mock.fn();
    schedule(systemClock, 3200, real, { steps: 32 });
    // The mock counts a timer that was set during a tick from the end of that tick.
    t.mock.timers.tick(3200);
    assert.equal(real.mock.callCount(), 0);
    for (let step = 1; step < 31; step++) t.mock.timers.tick(100);
    assert.equal(real.mock.callCount(), 0);
    t.mock.timers.tick(100);
    assert.equal(real.mock.callCount(), 1);
  });

  test("needs one more step after the process was held up, and not all of them", (t) => {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    const now = performance.now();
    const stalled = t.mock.fn();
    schedule(systemClock, 3200, stalled, { steps: 32 });
    t.mock.method(performance, "now", () => now + 60_000);
    t.mock.timers.tick(100);
    assert.equal(stalled.mock.callCount(), 0);
    t.mock.timers.tick(1);
    assert.equal(stalled.mock.callCount(), 1);
  });

  test("does not come once it is cancelled", (t) => {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    const cancel = schedule(systemClock, 3200, neverCalled, { steps: 32 });
    t.mock.timers.tick(100);
    cancel();
    for (let step = 0; step < 40; step++) t.mock.timers.tick(100);
  });

  test("comes at its time on a clock of the caller's", async () => {
    const clock = new VirtualClock(0);
    const calls: number[] = [];
    schedule(clock, 3200, () => calls.push(clock.now()), { steps: 32 });
    await clock.advance(10_000);
    assert.deepEqual(calls, [3200]);
  });
});

describe("elapsed time", () => {
  test("counts a sleep in full if fake timers leave `performance.now()` alone, and two parallel ones once", async (t) => {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    t.mock.method(performance, "now", () => 5000);
    const before = elapsedMs(systemClock);
    const sleeps = [systemClock.sleep(60_000), systemClock.sleep(90_000)];
    t.mock.timers.tick(90_000);
    await Promise.all(sleeps);
    assert.equal(elapsedMs(systemClock) - before, 90_000);
  });

  test("does not count what a coarse `performance.now()` has not shown yet", async (t) => {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    t.mock.method(performance, "now", () => 5000);
    const before = elapsedMs(systemClock);
    const sleep = systemClock.sleep(100);
    t.mock.timers.tick(100);
    await sleep;
    assert.equal(elapsedMs(systemClock), before);
  });

  test("continues after a clock that has only `now` was set back, however often", () => {
    let now = 1_000_000;
    const clock: Clock = { now: () => now, sleep: neverCalled };
    const start = elapsedMs(clock);
    const shown: number[] = [];
    for (const step of [60_000, -86_400_000, 1000, -5000, 2000, 86_400_000]) {
      now += step;
      shown.push(elapsedMs(clock) - start);
    }
    assert.deepEqual(shown, [60_000, 60_000, 61_000, 61_000, 63_000, 86_463_000]);
  });
});
