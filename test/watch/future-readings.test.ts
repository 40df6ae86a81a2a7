import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ago, HOUR, MINUTE, NOW, range, recordsOf, show, Tracker } from "./tracker.ts";

describe("a reading of the future", () => {
  it("is delivered once, marked as ahead, and makes no other reading late", () => {
    const tracker = new Tracker(ago(60));
    assert.deepEqual(tracker.deliver(recordsOf(-1440, 5, 10)), [10, 5, "ahead 1440"]);
    assert.deepEqual(tracker.deliver(recordsOf(-1440, 0, 5, 10)), [0]);
    assert.deepEqual(tracker.deliver(recordsOf(-1440, -4, 0, 5)), [-4], "4 minutes are no more than a wrong clock");
  });

  it("is ahead only if it is more than 5 minutes past both the service's time and our own", () => {
    for (const [now, wallNow, isAhead] of [
      [NOW, NOW, true],
      [NOW - 10 * MINUTE, NOW, true],
      [NOW, NOW - HOUR, true],
      [NOW + MINUTE, NOW, false],
      [NOW, NOW + MINUTE, false],
    ] as const) {
      const tracker = new Tracker(ago(60));
      const { readings } = tracker.take([{ time: NOW + 5 * MINUTE + 1, mgDl: 100 }], { now, wallNow });
      assert.equal(readings[0]?.isAhead ?? false, isAhead, `${now - NOW} ${wallNow - NOW}`);
    }
  });

  it("is delivered once also if our own clock, which was ahead as well, is set back", () => {
    const tracker = new Tracker(ago(10));
    const { readings } = tracker.take(recordsOf(-60, 5), { wallNow: NOW + HOUR });
    assert.deepEqual(show(readings), [5, -60]);
    assert.deepEqual(tracker.deliver(recordsOf(-60, 5)), []);
  });

  it("leaves room for the readings of the present behind it", () => {
    const tracker = new Tracker(ago(10));
    tracker.take(
      recordsOf(
        ...range(600, 540)
          .map((minutes) => -minutes)
          .reverse(),
        5,
      ),
    );
    assert.deepEqual(tracker.query(NOW), [5, 5 + 13]);
  });

  it("is not delivered again when its time has come, and hides no true reading then", () => {
    const tracker = new Tracker(ago(10));
    assert.deepEqual(tracker.deliver(recordsOf(-60, 5)), [5, "ahead 60"]);
    const later = NOW + HOUR + MINUTE;
    assert.deepEqual(
      tracker.deliver(
        [
          { time: NOW + HOUR + 10_000, mgDl: 100 },
          { time: NOW + HOUR, mgDl: 100 },
        ],
        later,
      ),
      [-60 - 1 / 6],
    );
  });

  it("is distinguished by its figure from a true reading of the same instant", () => {
    for (const order of [0, 1]) {
      const tracker = new Tracker(ago(10));
      tracker.take(recordsOf(-60));
      const both = [...recordsOf(-60), { time: ago(-60), mgDl: 120 }];
      const { readings } = tracker.take(order ? both.toReversed() : both, { now: NOW + HOUR + MINUTE });
      assert.deepEqual(readings, [{ time: ago(-60), mgDl: 120 }]);
      assert.equal(tracker.take(both, { now: NOW + HOUR + 2 * MINUTE }).readings.length, 0);
    }
  });

  it("does not hide the present if it is the first one", () => {
    const tracker = new Tracker();
    assert.deepEqual(tracker.deliver(recordsOf(-1440)), ["ahead 1440"]);
    assert.deepEqual(tracker.deliver(recordsOf(-1440, 2, 7)), [2]);
  });
});

describe("a since of the future", () => {
  it("is replaced by the present at the first response", () => {
    const tracker = new Tracker(ago(-60));
    const { clamped, readings } = tracker.take(recordsOf(3, 8));
    assert.deepEqual([clamped, readings], [{ from: ago(-60), to: NOW }, []]);
    assert.deepEqual(tracker.deliver(recordsOf(-2, 3, 8)), [-2]);
  });

  it("is replaced also if our own clock agrees with it", () => {
    assert.equal(new Tracker(ago(-60)).take(recordsOf(3), { wallNow: ago(-60) }).clamped?.to, NOW);
  });

  it("is replaced by the newest reading if the service's clock is behind that", () => {
    const { clamped, readings } = new Tracker(ago(2)).take(recordsOf(10, 15), { now: ago(2880), wallNow: NOW });
    assert.deepEqual([clamped, readings], [{ from: ago(2), to: ago(10) }, []]);
  });

  it("is left alone within 5 minutes, and after the first response", () => {
    assert.equal(new Tracker(ago(-5)).take(recordsOf(3)).clamped, undefined);
    const tracker = new Tracker(ago(10));
    tracker.take(recordsOf(3));
    assert.equal(tracker.take(recordsOf(3), { now: ago(600) }).clamped, undefined);
  });
});
