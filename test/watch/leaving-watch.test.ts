import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Dexcom, GlucoseReading } from "../../src/index.ts";
import { neverCalled } from "../support/never-called.ts";
import { makeWorld, MINUTE_MS, readings, SECOND_MS, USER } from "./world.ts";

describe("leaving a watch", () => {
  it("ends at once when the signal aborts in a wait, without an error, and leaves nothing behind", async () => {
    const { clock, follow } = makeWorld(readings(-1, 10));
    const stop = new AbortController();
    const { done, failure, hasEnded } = follow({ signal: stop.signal });
    await clock.advance(2 * MINUTE_MS);
    assert.equal(clock.sleeping, 1);
    assert.ok(!hasEnded());
    stop.abort();
    await done;
    assert.equal(failure(), undefined);
    assert.equal(clock.sleeping, 0);
  });

  it("ends at once when the signal aborts during a request", async () => {
    const { clock, follow, simulator } = makeWorld(readings(-1, 10));
    simulator.inject({ operation: "ReadPublisherLatestGlucoseValues", delayMs: Infinity });
    const stop = new AbortController();
    const { done, slots, failure } = follow({ signal: stop.signal });
    await clock.advance(SECOND_MS);
    stop.abort(new Error("enough"));
    await done;
    assert.equal(failure(), undefined);
    assert.deepEqual(slots(), []);
    assert.equal(clock.sleeping, 0);
  });

  it("delivers nothing after the signal has aborted, even if the response had more readings", async () => {
    const { clock, dexcom } = makeWorld(readings(-50, 0));
    const stop = new AbortController();
    const seen: GlucoseReading[] = [];
    const loop = async (): Promise<void> => {
      for await (const reading of dexcom.watch({ signal: stop.signal, since: new Date(0) })) {
        seen.push(reading);
        if (seen.length === 3) stop.abort();
      }
    };
    await clock.runUntil(loop());
    assert.equal(seen.length, 3);
  });

  it("sends nothing if the signal has aborted before", async () => {
    const dexcom = new Dexcom({ ...USER, fetch: neverCalled });
    for await (const reading of dexcom.watch({ signal: AbortSignal.abort() })) assert.fail(String(reading));
  });

  it("frees everything when the loop is left, and takes its listener off the signal", async () => {
    const { clock, dexcom } = makeWorld(readings(-1, 10));
    const listeners = new Set<unknown>();
    const signal = Object.assign(new EventTarget(), {
      aborted: false,
      reason: undefined,
      onabort: null,
      throwIfAborted: neverCalled,
    });
    const { addEventListener, removeEventListener } = signal;
    signal.addEventListener = (type, listener, options) => {
      listeners.add(listener);
      addEventListener.call(signal, type, listener, options);
    };
    signal.removeEventListener = (type, listener) => {
      listeners.delete(listener);
      removeEventListener.call(signal, type, listener);
    };
    const loop = async (): Promise<void> => {
      let count = 0;
      for await (const reading of dexcom.watch({ signal: signal as unknown as AbortSignal })) {
        assert.equal(listeners.size, 1);
        if (reading.mgDl > 0 && ++count === 3) break;
      }
    };
    await clock.runUntil(loop());
    assert.equal(listeners.size, 0);
    assert.equal(clock.sleeping, 0);
  });

  it("ends when return is called while the next reading is awaited", async () => {
    const { clock, dexcom } = makeWorld(readings(-1, 10));
    const watch = dexcom.watch();
    for (let i = 0; i < 2; i++) await clock.runUntil(watch.next());
    const pending = watch.next();
    await clock.advance(MINUTE_MS);
    assert.deepEqual(await watch.return(), { value: undefined, done: true });
    assert.deepEqual(await pending, { value: undefined, done: true });
    assert.equal(clock.sleeping, 0);
  });
});
