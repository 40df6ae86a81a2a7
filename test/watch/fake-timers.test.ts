import assert from "node:assert/strict";
import { describe, test, type TestContext } from "node:test";
import { elapsedMs } from "../../src/clock.ts";
import { Dexcom, systemClock, type DexcomEvent, type GlucoseReading } from "../../src/index.ts";
import { ShareSimulator, SIMULATED_ACCOUNT } from "../../src/simulator/index.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS, READ, SECOND_MS, SLOT_MS, START_MS } from "./world.ts";

/** Moves the timers of `node:test`, as its users do, with some turns of the event loop after each tick. */
async function advance(t: TestContext, ms: number, stepMs: number, turns = 10): Promise<void> {
  for (let passedMs = 0; passedMs < ms; passedMs += stepMs) {
    t.mock.timers.tick(stepMs);
    for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate);
  }
}

/** A service of two functions: it knows no clock but the faked one. */
function makeStub(): { readonly fetch: typeof fetch; failNextRead: () => void } {
  let mustFail = false;
  return {
    failNextRead: () => (mustFail = true),
    fetch: async (url) => {
      if (!(url as string).includes(READ)) return Response.json("99999999-9999-4999-8999-999999999999");
      if (mustFail) {
        mustFail = false;
        return new Response("busy", { status: 503 });
      }
      const newest = Math.floor(Date.now() / SLOT_MS) * SLOT_MS;
      const records = Array.from({ length: 12 }, (_, index) => {
        const time = newest - index * SLOT_MS;
        return { WT: `Date(${time})`, ST: `Date(${time})`, DT: `Date(${time}+0000)`, Value: 100, Trend: "Flat" };
      });
      return Response.json(records, { headers: { date: new Date().toUTCString() } });
    },
  };
}

interface Followed {
  readonly readings: readonly GlucoseReading[];
  readonly of: (type: DexcomEvent["type"]) => DexcomEvent[];
}

/** Follows one account, and runs `work` after the first reading. */
async function follow(fetchFake: typeof fetch, work: () => Promise<void>): Promise<Followed> {
  const events: DexcomEvent[] = [];
  const readings: GlucoseReading[] = [];
  const dexcom = new Dexcom({ ...SIMULATED_ACCOUNT, fetch: fetchFake, onEvent: (event) => void events.push(event) });
  const stop = new AbortController();
  const loop = (async () => {
    for await (const reading of dexcom.watch({ signal: stop.signal })) readings.push(reading);
  })();
  // The login needs real work, which takes real time: ticks don't wait for it.
  while (readings.length === 0) await new Promise(setImmediate);
  await work();
  stop.abort();
  await loop;
  return { readings, of: (type: DexcomEvent["type"]) => events.filter((event) => event.type === type) };
}

describe("with the fake timers of node:test", { timeout: MINUTE_MS }, () => {
  for (const stepMs of [SECOND_MS, 10 * SECOND_MS, MINUTE_MS, SLOT_MS]) {
    for (const service of ["the simulator", "a stub"]) {
      test(`an hour in steps of ${stepMs / SECOND_MS} s delivers the readings of ${service} and retries a 503`, async (t) => {
        t.mock.timers.enable({ apis: ["setTimeout", "Date"], now: START_MS });
        const simulator = new ShareSimulator();
        const stub = makeStub();
        const isStub = service === "a stub";
        const { readings, of } = await follow(isStub ? stub.fetch : simulator.fetch, async () => {
          await advance(t, HOUR_MS / 2, stepMs);
          if (isStub) stub.failNextRead();
          else simulator.inject({ operation: READ, status: 503, times: 1 });
          await advance(t, HOUR_MS / 2 + SLOT_MS, stepMs);
        });

        const times = readings.map(({ datetime }) => datetime.getTime());
        assert.ok(times.at(-1)! >= START_MS + HOUR_MS - SLOT_MS, `the last of ${times.length} is too old`);
        assert.ok(times[0]! <= START_MS + SLOT_MS, `the first of ${times.length} is too late`);
        for (const [index, time] of times.slice(1).entries()) assert.equal(time - times[index]!, SLOT_MS);
        assert.equal(of("retry").length, 1);
        assert.equal(of("login").length, 1);
        assert.deepEqual([of("waiting"), of("stale")], [[], []]);
      });
    }
  }

  test("one turn of the event loop a tick is enough", async (t) => {
    t.mock.timers.enable({ apis: ["setTimeout", "Date"], now: START_MS });
    const simulator = new ShareSimulator();
    const { readings, of } = await follow(simulator.fetch, async () => {
      await advance(t, HOUR_MS / 2, SECOND_MS, 1);
      simulator.inject({ operation: READ, status: 503, times: 1 });
      await advance(t, HOUR_MS / 2 + SLOT_MS, SECOND_MS, 1);
    });
    const times = readings.map(({ datetime }) => datetime.getTime());
    assert.ok(times.length >= HOUR_MS / SLOT_MS, `${times.length} readings`);
    for (const [index, time] of times.slice(1).entries()) assert.equal(time - times[index]!, SLOT_MS);
    assert.equal(of("retry").length, 1);
    assert.deepEqual([of("waiting"), of("stale")], [[], []]);
  });

  test("a request without a response times out, and the next one brings the readings", async (t) => {
    t.mock.timers.enable({ apis: ["setTimeout", "Date"], now: START_MS });
    const simulator = new ShareSimulator();
    const { readings, of } = await follow(simulator.fetch, async () => {
      simulator.inject({ operation: READ, delayMs: DAY_MS, times: 1 });
      await advance(t, 3 * SLOT_MS, SECOND_MS);
    });
    assert.equal(of("retry").length, 1);
    assert.ok(readings.length > 1);
  });

  test("a sleep counts in full, although nobody fakes `performance.now()`", async (t) => {
    t.mock.timers.enable({ apis: ["setTimeout", "Date"], now: START_MS });
    const before = elapsedMs(systemClock);
    const sleep = systemClock.sleep(MINUTE_MS);
    t.mock.timers.tick(MINUTE_MS);
    await sleep;
    assert.ok(elapsedMs(systemClock) - before >= MINUTE_MS);
  });
});
