import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ArgumentError, Dexcom, GlucoseReading, type GlucoseReadingJSON, type WatchOptions } from "../../src/index.ts";
import { neverCalled } from "../support/never-called.ts";
import { DAY_MS, HOUR_MS, makeWorld, MINUTE_MS, range, readings, SECOND_MS, SLOT_MS, START_MS, USER } from "./world.ts";

describe("watching", () => {
  it("gives the latest reading first and then each new one within seconds, oldest first, once", async () => {
    const { clock, follow, reads } = makeWorld(readings(-20, 300));
    const { delivered, slots } = follow();
    await clock.advance(DAY_MS);
    assert.deepEqual(slots(), range(-1, 287));
    assert.ok(delivered.every(({ isLate, reading }) => !isLate && reading instanceof GlucoseReading));
    for (const { slot, atMs } of delivered.slice(20)) {
      const lateness = atMs - slot * SLOT_MS - 18 * SECOND_MS;
      assert.ok(lateness <= 5 * SECOND_MS, `${lateness} ms after it was to be had`);
    }
    assert.ok(reads().length < 1.3 * 288, `${reads().length} requests for 288 readings`);
  });

  it("asks for one reading first, for few from then on, and for all that it may deliver once an hour", async () => {
    const { clock, follow, reads } = makeWorld(readings(-300, 300));
    follow();
    await clock.advance(DAY_MS);
    const [first, ...others] = reads();
    assert.deepEqual([first!.minutes, first!.maxCount], [1440, 1]);
    const long = others.filter(({ minutes }) => minutes > 6);
    assert.ok(long.length <= 24, `${long.length} long ones`);
    assert.ok(others.every(({ minutes, maxCount }) => maxCount === Math.min(minutes, 288)));
    assert.ok(
      long.every(({ atS, minutes }) => minutes <= Math.ceil(atS / 60) + 6),
      "none reaches before the start",
    );
  });

  it("delivers everything after a date, oldest first", async () => {
    const { clock, follow, reads } = makeWorld(readings(-400, 10));
    const { slots } = follow({ since: new Date(START_MS - 100 * SLOT_MS) });
    await clock.advance(10 * MINUTE_MS);
    assert.deepEqual(slots(), range(-99, 1));
    assert.deepEqual([reads()[0]!.minutes, reads()[0]!.maxCount], [1440, 288]);
  });

  it("delivers a day of readings if the date is older than the oldest one on the service", async () => {
    const { clock, follow } = makeWorld(readings(-400, 0));
    const { slots } = follow({ since: new Date(0) });
    await clock.advance(10 * SECOND_MS);
    assert.deepEqual(slots(), range(-288, -1));
  });

  it("continues after the last seen reading, even if its time has shifted by some seconds", async () => {
    const { dexcom, clock, follow, simulator } = makeWorld(readings(-400, -10));
    const last = await clock.runUntil(dexcom.getLatestGlucoseReading());
    simulator.addReading(USER.username, { mgDl: 90, datetime: START_MS - 10 * SLOT_MS + 7 * SECOND_MS });
    simulator.addReading(USER.username, { mgDl: 91, datetime: START_MS - 9 * SLOT_MS });
    const { slots } = follow({ since: last });
    await clock.advance(10 * SECOND_MS);
    assert.deepEqual(slots(), [-9]);
  });

  it("replaces a date that is still to come by the present, and says so", async () => {
    const { clock, follow, eventsOf } = makeWorld(readings(-5, 30));
    const since = new Date(START_MS + 10 * SLOT_MS);
    const { slots } = follow({ since });
    await clock.advance(15 * SLOT_MS + MINUTE_MS);
    assert.deepEqual(slots(), range(1, 15));
    assert.deepEqual(
      eventsOf("since-clamped").map(({ from, to }) => [from, to]),
      [[since, new Date(START_MS)]],
    );
  });

  const forms: [what: string, since: (last: GlucoseReading) => WatchOptions["since"]][] = [
    ["a reading", (last) => last],
    ["its JSON", (last) => last.toJSON()],
    ["its JSON that went through text", (last) => JSON.parse(JSON.stringify(last)) as GlucoseReadingJSON],
    ["its date", ({ datetime }) => datetime],
    ["its date as text", ({ datetime }) => datetime.toISOString()],
  ];
  for (const [what, since] of forms) {
    it(`continues after ${what}`, async () => {
      const { dexcom, clock, follow, simulator } = makeWorld(readings(-400, -10));
      const last = await clock.runUntil(dexcom.getLatestGlucoseReading());
      simulator.addReading(USER.username, { mgDl: 91, datetime: START_MS - 9 * SLOT_MS });
      const { slots } = follow({ since: since(last!) });
      await clock.advance(10 * SECOND_MS);
      assert.deepEqual(slots(), [-9]);
    });
  }

  it("waits for the first reading of a wearer who has no readings yet", async () => {
    const { clock, follow } = makeWorld(readings(10, 20));
    const { slots } = follow();
    await clock.advance(15 * SLOT_MS + MINUTE_MS);
    assert.deepEqual(slots(), range(10, 15));
  });

  it("fills the gap that a late phone left, in order and with nothing marked", async () => {
    const { clock, follow } = makeWorld(
      readings(-1, 40, (slot) => (slot > 3 && slot < 20 ? (20 - slot) * SLOT_MS + SECOND_MS : 18_000)),
    );
    const { slots, delivered } = follow();
    await clock.advance(30 * SLOT_MS + MINUTE_MS);
    assert.deepEqual(slots(), range(-1, 30));
    assert.ok(delivered.every(({ isLate }) => !isLate));
  });

  it("marks what turns up between known readings as late, in the reading and in its JSON", async () => {
    const { clock, follow } = makeWorld(readings(-1, 40, (slot) => (slot === 5 || slot === 6 ? 10 * SLOT_MS : 18_000)));
    const { delivered } = follow();
    await clock.advance(20 * SLOT_MS + MINUTE_MS);
    const late = delivered.filter(({ isLate }) => isLate);
    assert.deepEqual(
      late.map(({ slot }) => slot),
      [5, 6],
    );
    assert.ok(late.every(({ slot, atMs }) => atMs - (slot + 10) * SLOT_MS < SLOT_MS + MINUTE_MS));
    assert.deepEqual(
      [...new Set(delivered.map(({ slot }) => slot))],
      delivered.map(({ slot }) => slot),
      "each once",
    );
    assert.deepEqual(
      delivered.map(({ reading }) => reading.toJSON().late),
      delivered.map(({ isLate }) => (isLate ? true : undefined)),
    );
    assert.ok(
      delivered.every(({ reading, isLate }) => "late" in reading === isLate),
      "the others have no such property",
    );
  });

  it("finds within the hour and a slot a reading of a hole that is older than three hours", async () => {
    const arrives = 7 * HOUR_MS;
    const { clock, follow } = makeWorld(readings(-1, 200, (slot) => (slot === 5 ? arrives : 18_000)));
    const { delivered } = follow();
    await clock.advance(10 * HOUR_MS);
    const [late, ...others] = delivered.filter(({ isLate }) => isLate);
    assert.equal(late?.slot, 5);
    assert.ok(late.atMs - 5 * SLOT_MS - arrives <= HOUR_MS + SLOT_MS + MINUTE_MS);
    assert.equal(others.length, 0);
  });

  it("holds two records less than 30 s apart for one reading, and the first for the right one", async () => {
    const { clock, follow, simulator } = makeWorld(readings(-1, 10));
    const { slots, delivered } = follow();
    for (const [seconds, mgDl] of [
      [29, 250],
      [-29, 251],
    ] as const) {
      simulator.addReading(USER.username, {
        mgDl,
        datetime: START_MS + 2 * SLOT_MS + seconds * SECOND_MS,
        availableAt: START_MS + 3 * SLOT_MS,
      });
    }
    await clock.advance(6 * SLOT_MS);
    assert.deepEqual(slots(), range(-1, 5));
    assert.ok(delivered.every(({ reading }) => reading.mgDl < 250));
  });

  it("asks only while the consumer waits", async () => {
    const { clock, dexcom, reads } = makeWorld(readings(-1, 100));
    const watch = dexcom.watch();
    await clock.advance(HOUR_MS);
    assert.equal(reads().length, 0);
    assert.equal(clock.sleeping, 0);
    const { value } = await clock.runUntil(watch.next());
    assert.equal((value as GlucoseReading).datetime.getTime(), START_MS + 11 * SLOT_MS);
    await clock.advance(HOUR_MS);
    assert.equal(reads().length, 1);
    const next: GlucoseReading[] = [];
    for (let i = 0; i < 12; i++) next.push((await clock.runUntil(watch.next())).value as GlucoseReading);
    assert.deepEqual(
      next.map(({ datetime }) => (datetime.getTime() - START_MS) / SLOT_MS),
      range(12, 23),
    );
    assert.equal(reads().length, 2, "one request for all that came meanwhile");
  });

  it("follows several times on one client, each by itself, with one login", async () => {
    const { clock, follow, count } = makeWorld(readings(-20, 40));
    const first = follow();
    const second = follow({ since: new Date(START_MS - 5 * SLOT_MS) });
    await clock.advance(10 * SLOT_MS + MINUTE_MS);
    const third = follow();
    await clock.advance(10 * SLOT_MS);
    assert.deepEqual(first.slots(), range(-1, 20));
    assert.deepEqual(second.slots(), range(-4, 20));
    assert.deepEqual(third.slots(), range(10, 20));
    assert.equal(count("LoginPublisherAccountById"), 1);
  });

  it("reports bad records whatever the client does with them elsewhere, and delivers the others", async () => {
    const { clock, follow, simulator, eventsOf } = makeWorld(readings(-1, 10));
    simulator.addReading(USER.username, { mgDl: 5, datetime: START_MS + 4.5 * SLOT_MS });
    const { slots, failure } = follow();
    await clock.advance(8 * SLOT_MS);
    assert.deepEqual(slots(), range(-1, 7));
    assert.equal(failure(), undefined);
    assert.ok(eventsOf("bad-record").length > 0);
  });
});

describe("the options of a watch", () => {
  const dexcom = new Dexcom({ ...USER, fetch: neverCalled });
  const wrong: [what: string, options: object, message: RegExp][] = [
    ["an invalid date", { since: new Date(NaN) }, /^since must be/],
    ["a date without its zone", { since: "2026-01-01T00:00:00" }, /^since must be/],
    ["a string that is no date", { since: "yesterday" }, /^since must be/],
    ["a reading without a date", { since: { mgDl: 100 } }, /^since must be/],
    ["a number for a date", { since: 1_767_225_600_000 }, /^since must be/],
    ["null for a date", { since: null }, /^since must be/],
    ["no time to go stale in", { staleAfterMs: 0 }, /^staleAfterMs must be/],
    ["no number to go stale in", { staleAfterMs: NaN }, /^staleAfterMs must be/],
    ["null to go stale in", { staleAfterMs: null }, /^staleAfterMs must be/],
    ["a controller for a signal", { signal: new AbortController() }, /^signal must be/],
  ];
  for (const [what, options, message] of wrong) {
    it(`are refused at the call: ${what}`, () => {
      assert.throws(
        () => dexcom.watch(options),
        (error) => error instanceof ArgumentError && message.test(error.message),
      );
    });
  }

  it("may all be undefined", () => {
    dexcom.watch({ since: undefined, signal: undefined, staleAfterMs: undefined });
    dexcom.watch();
  });
});
