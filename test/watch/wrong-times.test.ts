import assert from "node:assert/strict";
import { Readable, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { describe, it } from "node:test";
import { DAY_MS, HOUR_MS, makeWorld, MINUTE_MS, range, READ, readings, SECOND_MS, SLOT_MS, START_MS } from "./world.ts";

/** A world whose responses carry the `Date` that `dateOf` makes of the true time; `undefined` leaves it. */
function makeWorldWithDates(
  dateOf: (timeMs: number, count: number) => number | undefined,
): ReturnType<typeof makeWorld> {
  const world = makeWorld(readings(-300, 400));
  let count = 0;
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const response = await world.simulator.fetch(input, init);
    const date = dateOf(world.clock.now(), count++);
    if (date !== undefined) response.headers.set("date", new Date(date).toUTCString());
    return response;
  };
  const watching = makeWorld([], { fetch, clock: world.own });
  return { ...world, follow: watching.follow, eventsOf: watching.eventsOf };
}

/** Longest time without a reading, in minutes. */
function longestSilence(delivered: readonly { readonly atMs: number }[]): number {
  const times = delivered.map(({ atMs }) => atMs);
  return Math.max(...times.slice(1).map((time, index) => time - times[index]!)) / MINUTE_MS;
}

describe("a watch whose responses carry a wrong Date", () => {
  for (const offMs of [-HOUR_MS, -6 * HOUR_MS, -2 * DAY_MS, 6 * HOUR_MS, 400 * DAY_MS]) {
    it(`delivers in time after one that is ${offMs / HOUR_MS} h off, whichever it is`, async () => {
      for (let wrong = 0; wrong < 8; wrong++) {
        const world = makeWorldWithDates((time, count) => (count === wrong ? time + offMs : undefined));
        const { delivered, slots } = world.follow();
        await world.clock.advance(3 * HOUR_MS);
        assert.deepEqual(slots(), range(-1, 35));
        assert.ok(longestSilence(delivered) <= 6, `${longestSilence(delivered)} minutes after response ${wrong}`);
        assert.ok(delivered.every(({ isLate, reading }) => !isLate && !reading.isAhead));
        // The first response has no other one to compare with.
        assert.ok(world.eventsOf("stale").length <= (offMs > 0 && wrong < 3 ? 1 : 0));
      }
    });
  }

  it("delivers in time though every other one is two days behind", async () => {
    for (const parity of [0, 1]) {
      const world = makeWorldWithDates((time, count) => (count % 2 === parity ? time - 2 * DAY_MS : undefined));
      const { delivered, slots } = world.follow();
      await world.clock.advance(DAY_MS);
      assert.deepEqual(slots(), range(-1, 287));
      assert.ok(longestSilence(delivered) <= 6, `${longestSilence(delivered)} minutes`);
    }
  });

  it("follows the service's clock once two in a row agree", async () => {
    const world = makeWorldWithDates((time) => (time > START_MS + HOUR_MS ? time + 3 * HOUR_MS : undefined));
    const { delivered, slots } = world.follow();
    await world.clock.advance(6 * HOUR_MS);
    assert.deepEqual(slots(), range(-1, 71));
    assert.ok(longestSilence(delivered) <= 6, `${longestSilence(delivered)} minutes`);
  });
});

describe("a watch of a reading that is dated in the future", () => {
  it("marks it as ahead, no other one as late, and delivers the present in time", async () => {
    const [one] = readings(3, 3);
    const ahead = { ...one!, mgDl: 333, datetime: Number(one!.datetime) + DAY_MS };
    const { clock, follow, eventsOf } = makeWorld([...readings(-30, 400), ahead]);
    const { delivered } = follow();
    await clock.advance(28 * HOUR_MS);
    const marked = delivered.filter(({ reading }) => reading.isAhead);
    assert.deepEqual(
      marked.map(({ reading }) => reading.mgDl),
      [333],
    );
    assert.equal(marked[0]!.reading.toJSON().isAhead, true);
    const others = delivered.filter(({ reading }) => !reading.isAhead);
    assert.deepEqual(
      others.map(({ slot }) => slot),
      range(-1, 335),
    );
    assert.ok(others.every(({ isLate, reading }) => !isLate && !("isAhead" in reading)));
    assert.equal(eventsOf("stale").length, 0);
  });

  it("takes readings that are all a day ahead for the present", async () => {
    const given = readings(-30, 300).map((reading) => ({ ...reading, datetime: Number(reading.datetime) + DAY_MS }));
    const { clock, follow, eventsOf, reads } = makeWorld(given);
    const { delivered } = follow();
    await clock.advance(DAY_MS);
    assert.ok(delivered.length >= 288, `${delivered.length} readings`);
    assert.ok(delivered.every(({ isLate, reading }) => reading.isAhead && !isLate));
    assert.ok(longestSilence(delivered.slice(5)) <= 6, `${longestSilence(delivered.slice(5))} minutes`);
    assert.equal(eventsOf("stale").length, 0);
    assert.ok(reads().length < 2 * 288, `${reads().length} requests`);
  });
});

describe("a watch on a clock that is set", () => {
  for (const byMs of [-DAY_MS, -HOUR_MS, DAY_MS]) {
    for (const hasElapsed of [true, false]) {
      it(`delivers in time after ${byMs / HOUR_MS} h, with${hasElapsed ? "" : "out"} a monotonic clock`, async () => {
        const { clock, follow, own } = makeWorld(readings(-30, 100));
        if (hasElapsed) own.elapsed = () => clock.elapsed();
        const { delivered, slots } = follow();
        await clock.advance(HOUR_MS + MINUTE_MS);
        own.errorMs += byMs;
        await clock.advance(3 * HOUR_MS);
        assert.deepEqual(slots(), range(-1, 48));
        assert.ok(longestSilence(delivered) <= 6, `${longestSilence(delivered)} minutes`);
      });
    }
  }

  it("asks again in time after a failure, though the clock is set back by a day in the wait", async () => {
    const { clock, follow, own, simulator } = makeWorld(readings(-30, 100));
    const { slots } = follow();
    await clock.advance(HOUR_MS + MINUTE_MS);
    simulator.inject({ operation: READ, status: 502, times: 1 });
    await clock.advance(5 * MINUTE_MS);
    own.errorMs = -DAY_MS;
    await clock.advance(HOUR_MS);
    assert.deepEqual(slots(), range(-1, 25));
  });

  it("asks and reports stale by the wall clock if the monotonic one stands still", async () => {
    const { clock, follow, own, eventsOf } = makeWorld(readings(-30, 12));
    own.elapsed = () => 0;
    const { slots } = follow();
    await clock.advance(2 * HOUR_MS);
    assert.deepEqual(slots(), range(-1, 12));
    assert.ok(Math.abs(eventsOf("stale")[0]!.atMs - 15 * SLOT_MS) <= SECOND_MS);
  });
});

describe("a sensor that measures every minute", () => {
  const everyMinute = (count: number): ReturnType<typeof readings> =>
    range(-60, count).map((minute) => ({
      mgDl: 100,
      datetime: START_MS + minute * MINUTE_MS,
      availableAt: START_MS + minute * MINUTE_MS + 18 * SECOND_MS,
    }));

  it("loses no reading during an outage, and marks no reading as late", async () => {
    const { clock, follow, simulator, reads, eventsOf } = makeWorld(everyMinute(1500));
    const { delivered } = follow();
    await clock.advance(HOUR_MS);
    simulator.inject({
      status: 503,
      when: ({ timeMs }) => timeMs > START_MS + HOUR_MS && timeMs < START_MS + 14 * HOUR_MS,
    });
    await clock.advance(14 * HOUR_MS);
    const minutes = delivered.map(({ slot }) => Math.round(slot * 5));
    assert.deepEqual(minutes, range(minutes[0]!, minutes.at(-1)!));
    assert.ok(minutes.at(-1)! >= 15 * 60 - 7, `${minutes.at(-1)}`);
    assert.ok(delivered.every(({ isLate }) => !isLate));
    assert.equal(Math.max(...reads().map(({ maxCount }) => maxCount)), 1000);
    assert.equal(eventsOf("readings-lost").length, 0);
  });

  it("reports readings that a response of 1000 does not reach", async () => {
    const { clock, follow, simulator, eventsOf } = makeWorld(everyMinute(1500));
    follow();
    await clock.advance(HOUR_MS);
    simulator.inject({
      status: 503,
      when: ({ timeMs }) => timeMs > START_MS + HOUR_MS && timeMs < START_MS + 19 * HOUR_MS,
    });
    await clock.advance(19 * HOUR_MS);
    const [lost, ...others] = eventsOf("readings-lost");
    assert.equal(others.length, 0);
    assert.ok(lost !== undefined && +lost.before - +lost.after > HOUR_MS);
  });
});

describe("the iterator of a watch", () => {
  it("does not wait for the next reading in throw", async () => {
    const { clock, dexcom } = makeWorld(readings(-1, 10));
    const watch = dexcom.watch();
    await clock.runUntil(watch.next());
    const pending = watch.next();
    await clock.advance(SECOND_MS);
    await assert.rejects(watch.throw(new Error("enough")), /enough/);
    assert.deepEqual(await pending, { value: undefined, done: true });
    assert.equal(clock.sleeping, 0);
  });

  it("settles a pipeline whose reader leaves, and sends nothing from then on", async () => {
    const { clock, dexcom, reads } = makeWorld(readings(-1, 100));
    const reader = new Writable({
      objectMode: true,
      write: (_reading, _encoding, done) => done(new Error("the client went away")),
    });
    const work = pipeline(Readable.from(dexcom.watch()), reader);
    await assert.rejects(clock.runUntil(work), /went away/);
    const count = reads().length;
    await clock.advance(DAY_MS);
    assert.ok(reads().length <= count + 1);
  });
});
