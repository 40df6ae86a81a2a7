import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { describe, test } from "node:test";
import { within } from "../../src/http/deadline.ts";
import { TimeoutError } from "../../src/errors.ts";
import { VirtualClock } from "../../src/simulator/clock/virtual-clock.ts";
import { neverCalled } from "../support/never-called.ts";

const TIMED_OUT = { timedOut: true };
const timedOut = () => TIMED_OUT;
const never = (): Promise<never> => new Promise(() => undefined);
const isDeadline = (error: unknown): boolean =>
  error instanceof TimeoutError && error.code === "DEADLINE_EXCEEDED" && error.attempts === undefined;
const is = (reason: unknown) => (thrown: unknown) => thrown === reason;

describe("work within a limit", () => {
  test("gives its result, and leaves neither timer nor listener", async () => {
    const clock = new VirtualClock(0);
    const { signal } = new AbortController();
    const result = await within(clock, { endsAtElapsedMs: 1000, signal }, 500, timedOut, async () => {
      assert.equal(getEventListeners(signal, "abort").length, 1);
      assert.equal(clock.sleeping, 1);
      return "done";
    });
    assert.equal(result, "done");
    assert.equal(getEventListeners(signal, "abort").length, 0);
    assert.equal(clock.sleeping, 0);
  });

  test("gives its failure, and leaves neither timer nor listener", async () => {
    const clock = new VirtualClock(0);
    const { signal } = new AbortController();
    for (const failure of [new Error("of the work"), undefined, 0]) {
      await assert.rejects(
        within(clock, { endsAtElapsedMs: 1000, signal }, 500, timedOut, async () => {
          throw failure;
        }),
        is(failure),
      );
    }
    assert.equal(getEventListeners(signal, "abort").length, 0);
    assert.equal(clock.sleeping, 0);
  });

  test("fails at its own time with what timedOut makes", async () => {
    const clock = new VirtualClock(0);
    const work = within(clock, { endsAtElapsedMs: 1000 }, 500, timedOut, never);
    await assert.rejects(clock.runUntil(work), is(TIMED_OUT));
    assert.equal(clock.now(), 500);
  });

  test("fails at the deadline if that comes first, or at the same time", async () => {
    for (const ms of [1000, 1001, 5000, Infinity]) {
      const clock = new VirtualClock(0);
      await assert.rejects(clock.runUntil(within(clock, { endsAtElapsedMs: 1000 }, ms, timedOut, never)), isDeadline);
      assert.equal(clock.now(), 1000);
    }
  });

  test("is aborted with the same reason when the time is up", async () => {
    const clock = new VirtualClock(0);
    let inner: AbortSignal | undefined;
    let stops = 0;
    const work = within(clock, { endsAtElapsedMs: 1000 }, 500, timedOut, (signal, onStop) => {
      inner = signal;
      onStop(() => stops++);
      return never();
    });
    await assert.rejects(clock.runUntil(work), is(TIMED_OUT));
    assert.equal(inner?.aborted, true);
    assert.equal(inner.reason, TIMED_OUT);
    assert.equal(stops, 1);
  });

  test("that is done is not aborted", async () => {
    const clock = new VirtualClock(0);
    const controller = new AbortController();
    let inner: AbortSignal | undefined;
    await within(clock, { endsAtElapsedMs: 1000, signal: controller.signal }, 500, timedOut, async (signal, onStop) => {
      inner = signal;
      onStop(neverCalled);
    });
    controller.abort();
    await clock.advance(5000);
    assert.equal(inner?.aborted, false);
  });

  for (const reason of [new Error("mine"), "a word", 0, null, { any: "thing" }]) {
    test(`fails at once with the caller's own reason (${typeof reason})`, async () => {
      const clock = new VirtualClock(0);
      const controller = new AbortController();
      let inner: AbortSignal | undefined;
      const work = within(clock, { endsAtElapsedMs: 1000, signal: controller.signal }, 500, timedOut, (signal) => {
        inner = signal;
        return never();
      });
      controller.abort(reason);
      await assert.rejects(work, is(reason));
      assert.equal(inner?.reason, reason);
      assert.equal(clock.sleeping, 0);
      assert.equal(getEventListeners(controller.signal, "abort").length, 0);
    });
  }

  test("fails with the caller's reason, not with what the work makes of it", async () => {
    const clock = new VirtualClock(0);
    const controller = new AbortController();
    const work = within(
      clock,
      { endsAtElapsedMs: 1000, signal: controller.signal },
      500,
      timedOut,
      (signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener("abort", () => reject(new Error("of the work")));
        }),
    );
    controller.abort("mine");
    await assert.rejects(work, is("mine"));
  });

  test("is not begun on an aborted signal, nor after the deadline; the abort goes first", async () => {
    const clock = new VirtualClock();
    await clock.advance(1000);
    const aborted = AbortSignal.abort("mine");
    await assert.rejects(
      within(clock, { endsAtElapsedMs: 2000, signal: aborted }, 500, timedOut, neverCalled),
      is("mine"),
    );
    await assert.rejects(
      within(clock, { endsAtElapsedMs: 500, signal: aborted }, 500, timedOut, neverCalled),
      is("mine"),
    );
    for (const endsAtElapsedMs of [999, 1000]) {
      await assert.rejects(within(clock, { endsAtElapsedMs }, 500, timedOut, neverCalled), isDeadline);
    }
  });

  test("that ignores its signal is left behind, and its late failure is nobody's", async () => {
    const clock = new VirtualClock(0);
    let fail: (error: Error) => void = () => undefined;
    const work = within(
      clock,
      { endsAtElapsedMs: 1000 },
      500,
      timedOut,
      () => new Promise((_resolve, reject) => (fail = reject)),
    );
    await assert.rejects(clock.runUntil(work), is(TIMED_OUT));
    fail(new Error("late"));
    // An unhandled rejection would fail this test.
    await clock.advance(10_000);
  });

  for (const jumpMs of [86_400_000, -86_400_000]) {
    test(`takes its full time and no more if the wall clock is set ${jumpMs > 0 ? "ahead" : "back"} by a day`, async () => {
      const clock = new VirtualClock();
      clock.setNow(clock.now() + jumpMs);
      const work = within(clock, { endsAtElapsedMs: 1000 }, 5000, timedOut, () => {
        clock.setNow(clock.now() + jumpMs);
        return never();
      });
      await assert.rejects(clock.runUntil(work), isDeadline);
      assert.equal(clock.elapsed(), 1000);
    });
  }
});
