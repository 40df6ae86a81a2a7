import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  HOUR_MS,
  makeWorld,
  MINUTE_MS,
  range,
  READ,
  readings,
  SECOND_MS,
  SLOT_MS,
  START_MS,
  type Delivered,
  type World,
} from "./world.ts";

/** How late the readings from the slot on were, at most. */
function worst(delivered: readonly Delivered[], from: number): number {
  return Math.max(
    ...delivered.filter(({ slot }) => slot >= from).map(({ slot, atMs }) => atMs - slot * SLOT_MS - 18 * SECOND_MS),
  );
}

/** Removes the `Date` of responses, as a browser does behind a proxy that does not expose it. */
function withoutDate({ simulator }: World): typeof fetch {
  return async (input, init) => {
    const response = await simulator.fetch(input, init);
    response.headers.delete("date");
    return response;
  };
}

describe("a watch on a client whose clock is wrong", () => {
  for (const errorMs of [3 * HOUR_MS, -3 * HOUR_MS, 400 * 24 * HOUR_MS, -7777]) {
    it(`sends its requests at the right moments if the clock is ${errorMs} ms off`, async () => {
      const right = makeWorld(readings(-30, 60));
      const wrong = makeWorld(readings(-30, 60), { errorMs });
      const [expected, actual] = [right.follow(), wrong.follow()];
      await right.clock.advance(4 * HOUR_MS);
      await wrong.clock.advance(4 * HOUR_MS);
      assert.deepEqual(actual.slots(), expected.slots());
      // The second request reaches further back, because the clocks contradict each other until then.
      assert.deepEqual(
        wrong.reads().map(({ atS }) => atS),
        right.reads().map(({ atS }) => atS),
      );
      assert.equal(wrong.eventsOf("stale").length, 0);
    });
  }

  it("delivers what came since a date though the clock says that it is not here yet", async () => {
    const { clock, follow } = makeWorld(readings(-30, 60), { errorMs: -5 * HOUR_MS });
    const { slots } = follow({ since: new Date(Date.UTC(2026, 2, 3, 11)) });
    await clock.advance(MINUTE_MS);
    assert.deepEqual(slots(), range(-11, 0));
  });

  for (const changeMs of [3 * HOUR_MS, -3 * HOUR_MS]) {
    it(`continues if the clock is set by ${changeMs} ms during a wait`, async () => {
      const { clock, follow, own, eventsOf } = makeWorld(readings(-30, 60));
      const { delivered, slots } = follow();
      await clock.advance(HOUR_MS + MINUTE_MS);
      own.errorMs = changeMs;
      await clock.advance(HOUR_MS);
      assert.deepEqual(slots(), range(-1, 24));
      assert.ok(worst(delivered, 13) <= 30 * SECOND_MS, `${worst(delivered, 13)} ms`);
      assert.ok(eventsOf("stale").length <= 1);
    });
  }

  it("requests the service's time once if responses have no Date", async () => {
    const world = makeWorld(readings(-30, 60), { errorMs: 3 * HOUR_MS });
    const { clock, count, reads } = world;
    const watching = makeWorld([], { errorMs: 3 * HOUR_MS, fetch: withoutDate(world), clock: world.own });
    const { slots, delivered } = watching.follow();
    await clock.advance(4 * HOUR_MS);
    assert.deepEqual(slots(), range(-1, 47));
    assert.ok(reads().length < 1.4 * 48, `${reads().length} requests`);
    assert.equal(count("SystemUtcTime"), 1);
    void delivered;
  });

  it("reads the service's time if it comes as XML", async () => {
    const world = makeWorld(readings(-30, 60), { errorMs: 3 * HOUR_MS });
    // The day's readings reach back no further than the hour that was asked for: that takes the right clock.
    world.simulator.inject({
      operation: "SystemUtcTime",
      body: "<a><DateTime>2026-03-03T12:00:00.5000000Z</DateTime></a>",
      headers: { "content-type": "text/xml" },
    });
    const watching = makeWorld([], { fetch: withoutDate(world), clock: world.own });
    watching.follow();
    await world.clock.advance(12 * MINUTE_MS);
    assert.deepEqual(
      world
        .reads()
        .slice(0, 3)
        .map(({ minutes }) => minutes),
      [1440, 1440, 6],
    );
    assert.equal(world.count("SystemUtcTime"), 1);
  });

  it("uses its own clock if the service does not tell its time at all", async () => {
    for (const errorMs of [0, 3 * HOUR_MS, -3 * HOUR_MS]) {
      const world = makeWorld(readings(-30, 60), { errorMs });
      world.simulator.inject({ operation: "SystemUtcTime", status: 404 });
      const watching = makeWorld([], { fetch: withoutDate(world), clock: world.own });
      const { slots } = watching.follow({ since: new Date(Date.UTC(2026, 2, 3, 11)) });
      await world.clock.advance(4 * HOUR_MS);
      assert.deepEqual(
        slots().toSorted((a, b) => a - b),
        range(-11, 47),
        `${errorMs} ms off`,
      );
      assert.equal(world.count("SystemUtcTime"), 1);
    }
  });

  it("is not put out by a Date that is no date", async () => {
    const { clock, follow, simulator, count } = makeWorld(readings(-30, 60));
    simulator.inject({ operation: READ, headers: { date: "yesterday" } });
    const { slots } = follow();
    await clock.advance(HOUR_MS);
    assert.deepEqual(slots(), range(-1, 11));
    assert.equal(count("SystemUtcTime"), 1);
  });
});

describe("a watch of a phone whose clock is ahead", () => {
  for (const aheadMs of [HOUR_MS, 400 * 24 * HOUR_MS]) {
    for (const slot of [-1, 6]) {
      it(`delivers what comes after one reading that is stamped ${aheadMs / HOUR_MS} hours ahead, ${slot < 0 ? "be it the first" : "and goes on asking in time"}`, async () => {
        const [ahead] = readings(slot, slot).map((reading) => ({
          ...reading,
          datetime: Number(reading.datetime) + aheadMs + 100_000,
        }));
        const others = readings(-30, 100).filter(({ datetime }) => Number(datetime) !== START_MS + slot * SLOT_MS);
        const { clock, follow, eventsOf } = makeWorld([...others, ahead!]);
        const { delivered } = follow();
        await clock.advance(4 * HOUR_MS);
        const punctual = delivered.filter((reading) => Number.isInteger(reading.slot) && reading.slot >= 0);
        assert.deepEqual(
          punctual.map((reading) => reading.slot),
          range(0, 47).filter((other) => other !== slot),
        );
        // Of the first nothing can be known.
        assert.ok(worst(punctual, 1) <= 20 * SECOND_MS, `${worst(punctual, 1)} ms`);
        assert.equal(delivered.filter((reading) => !Number.isInteger(reading.slot)).length, 1);
        assert.equal(eventsOf("stale").length, 0);
      });
    }
  }

  it("says that readings are stale though the last one is of the future", async () => {
    const [ahead] = readings(3, 3).map((reading) => ({ ...reading, datetime: Number(reading.datetime) + 5 * HOUR_MS }));
    const { clock, follow, eventsOf } = makeWorld([...readings(-30, 2), ahead!]);
    follow();
    await clock.advance(2 * HOUR_MS);
    assert.equal(eventsOf("stale").length, 1);
    const lateMs = eventsOf("stale")[0]!.atMs - (3 * SLOT_MS + 15 * MINUTE_MS);
    assert.ok(lateMs >= 0 && lateMs <= MINUTE_MS, `${lateMs} ms`);
  });

  for (const aheadMs of [4 * MINUTE_MS, HOUR_MS + 100 * SECOND_MS]) {
    it(`finds the right moments if all readings are stamped ${aheadMs / MINUTE_MS} minutes ahead`, async () => {
      const { clock, follow, reads } = makeWorld(
        readings(-30, 300).map((reading) => ({ ...reading, datetime: Number(reading.datetime) + aheadMs })),
      );
      const { delivered } = follow();
      await clock.advance(24 * HOUR_MS);
      const fresh = delivered.filter(({ isLate }) => !isLate);
      const lateness = fresh.slice(-100).map(({ slot, atMs }) => atMs - slot * SLOT_MS + aheadMs - 18 * SECOND_MS);
      assert.ok(
        lateness.toSorted((a, b) => a - b)[50]! <= 30 * SECOND_MS,
        `${lateness.toSorted((a, b) => a - b)[50]} ms`,
      );
      assert.ok(
        fresh.length >= 287 && reads().length <= 2 * 288,
        `${fresh.length} readings, ${reads().length} requests`,
      );
    });
  }
});

describe("a watch on a laptop", () => {
  it("asks within a minute of waking for what came in the night", async () => {
    const world = makeWorld(readings(-30, 200));
    const { clock, own, simulator, events } = world;
    let isAsleep = false;
    let wake: () => void = () => undefined;
    // While the laptop sleeps its timers stand still; then they go on with what was left of them.
    const sleep = own.sleep.bind(own);
    own.sleep = async (ms, signal) => {
      await sleep(ms, signal);
      if (isAsleep) {
        await new Promise<void>((resolve) => (wake = resolve));
        await sleep(ms / 2, signal);
      }
    };
    const { slots, delivered } = world.follow();
    await clock.advance(HOUR_MS + MINUTE_MS);
    isAsleep = true;
    await clock.advance(8 * HOUR_MS);
    isAsleep = false;
    const before = simulator.requests.length;
    wake();
    await clock.advance(MINUTE_MS);
    assert.ok(simulator.requests.length > before, "asked");
    assert.deepEqual(slots(), range(-1, 108));
    assert.ok(delivered.every(({ isLate }) => !isLate));
    await clock.advance(MINUTE_MS);
    assert.deepEqual(
      events.filter(({ type }) => type === "waiting"),
      [],
    );
  });

  it("reads its clock at least every minute", async () => {
    const world = makeWorld(readings(-30, 200));
    const waits: number[] = [];
    const sleep = world.own.sleep.bind(world.own);
    world.own.sleep = (ms, signal) => {
      waits.push(ms);
      return sleep(ms, signal);
    };
    world.follow();
    await world.clock.advance(2 * HOUR_MS);
    assert.ok(waits.length > 100 && Math.max(...waits) <= 60_000);
  });
});
