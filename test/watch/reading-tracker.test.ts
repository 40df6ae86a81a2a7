import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ago, HOUR, NOW, range, recordsOf, Tracker } from "./tracker.ts";

describe("the reading tracker", () => {
  it("delivers the latest reading first, and nothing older than it", () => {
    const tracker = new Tracker();
    assert.deepEqual(tracker.query(Infinity), [1440, 1]);
    assert.deepEqual(tracker.deliver(recordsOf(2)), [2]);
    assert.deepEqual(tracker.deliver(recordsOf(2, 7, 12)), []);
  });

  it("requests the latest reading again while the service has no reading", () => {
    const tracker = new Tracker();
    assert.deepEqual(tracker.deliver([]), []);
    assert.deepEqual(tracker.query(NOW), [1440, 1]);
  });

  it("delivers everything newer than a date, oldest first, but not the reading of the date itself", () => {
    assert.deepEqual(new Tracker(ago(20)).deliver(recordsOf(5, 10, 15, 20, 25)), [15, 10, 5]);
  });

  it("delivers a reading 20 s after a date, but not 20 s after a reading that was seen", () => {
    assert.deepEqual(new Tracker(ago(20)).deliver(recordsOf(19.75)), [19.75]);
    assert.deepEqual(new Tracker(ago(20), true).deliver(recordsOf(19.75)), []);
  });

  it("delivers each reading once in any order, and marks what is older than a delivered one as late", () => {
    const tracker = new Tracker(ago(60));
    assert.deepEqual(tracker.deliver(recordsOf(5, 20)), [20, 5]);
    assert.deepEqual(tracker.deliver(recordsOf(0, 5, 10, 15, 20, 25)), ["late 25", "late 15", "late 10", 0]);
    assert.deepEqual(tracker.deliver(recordsOf(0, 5, 10, 15, 20, 25)), []);
  });

  const near: [shiftMs: number, isNew: boolean][] = [
    [0, false],
    [1, false],
    [-1, false],
    [29_999, false],
    [-29_999, false],
    [30_000, true],
    [-30_000, true],
    [60_000, true],
  ];
  for (const [shiftMs, isNew] of near) {
    it(`takes a reading ${shiftMs} ms from a delivered one for ${isNew ? "another one" : "the same one"}`, () => {
      const tracker = new Tracker(ago(60));
      tracker.take(recordsOf(10));
      assert.equal(tracker.take([{ time: ago(10) + shiftMs, mgDl: 100 }]).readings.length, Number(isNew));
    });
  }

  it("delivers the first of two readings less than 30 s apart, also within one response", () => {
    assert.deepEqual(new Tracker(ago(60)).deliver(recordsOf(8.5, 9.25, 9.7, 10)), [10, 9.25, 8.5]);
  });

  it("delivers every reading of a sensor that measures every minute", () => {
    const tracker = new Tracker(ago(60));
    assert.deepEqual(tracker.deliver(recordsOf(...range(59, 30, 1).reverse())), range(59, 30, 1));
    assert.deepEqual(tracker.query(NOW + 1), [31, 62], "room for two a minute");
  });
});

describe("the window of a request", () => {
  /** Delivered readings, in minutes before now, and the next window, in minutes. */
  const windows: [what: string, since: number, delivered: number[], minutes: number][] = [
    ["to the newest reading", 30, [30, 25, 20, 15, 10, 5.3], 6],
    ["to the newest reading, however old", 700, [700, 600], 600],
    ["five minutes at least", 30, [30, 25, 20, 15, 10, 5, 1], 5],
    ["to the reading before a gap", 60, [60, 55, 40, 35, 30, 25, 20, 15, 10, 5], 55],
    ["to the oldest of several gaps", 60, [60, 45, 40, 35, 20, 15, 10, 5], 60],
    ["three hours into a longer gap", 600, [600, 595, 30, 25, 20, 15, 10, 5], 180],
    ["not to a gap that is older than three hours", 400, [...range(395, 300), ...range(285, 5)], 5],
    ["not to a gap of seven minutes, in which no reading is missing", 60, [...range(60, 20), 13, 8, 3], 5],
  ];
  for (const [what, since, delivered, minutes] of windows) {
    it(`reaches back ${what}`, () => {
      const tracker = new Tracker(ago(since));
      tracker.take(recordsOf(...delivered.toSorted((a, b) => a - b)));
      const [asked] = tracker.query(NOW);
      assert.equal(asked, minutes);
    });
  }

  it("reaches back three hours for a gap that began before them", () => {
    const tracker = new Tracker(ago(400), true);
    tracker.take(recordsOf(...range(178, 3).reverse()));
    assert.deepEqual(tracker.query(NOW), [180, 180]);
  });

  it("reaches back to the watermark once an hour, and again after that request failed", () => {
    const tracker = new Tracker(ago(300));
    assert.deepEqual(tracker.query(NOW), [300, 288]);
    assert.deepEqual(tracker.query(NOW), [300, 288], "the first one failed");
    tracker.take(recordsOf(...range(295, 0).reverse()));
    assert.deepEqual(tracker.query(NOW + HOUR - 1), [60, 60]);
    assert.deepEqual(tracker.query(NOW + HOUR), [360, 288]);
    tracker.take([], { now: NOW + HOUR });
    assert.deepEqual(tracker.query(NOW + HOUR + 1), [61, 61]);
  });

  it("is a day at most, and a day while the service's time is uncertain", () => {
    assert.deepEqual(new Tracker(ago(5000)).query(NOW), [1440, 288]);
    assert.deepEqual(new Tracker(ago(10), true).query(Infinity), [1440, 288]);
  });
});

describe("delivered readings", () => {
  it("are remembered for 24 hours, and stay delivered after that", () => {
    const tracker = new Tracker(ago(10_000));
    const all = range(9000, 0);
    tracker.take(recordsOf(...all.toReversed()));
    assert.equal(tracker.state.delivered.length, 289);
    assert.deepEqual(tracker.deliver(recordsOf(...all.map((minutes) => minutes - 0.4).reverse())), []);
  });

  it("are remembered for 24 hours also if they come every minute", () => {
    const tracker = new Tracker(ago(1500));
    tracker.take(recordsOf(5));
    tracker.state = { ...tracker.state, isDense: true };
    const all = range(1439, 0, 1);
    tracker.take(recordsOf(...all.toReversed()));
    assert.deepEqual(tracker.deliver(recordsOf(...all.toReversed())), []);
  });
});

describe("a response that is full", () => {
  it("and does not reach back to the last delivered reading is requested again, with room for more", () => {
    const tracker = new Tracker(ago(600), true);
    const minutes = range(599, 0, 1).reverse();
    const first = tracker.take(recordsOf(...minutes.slice(0, 288)));
    assert.deepEqual([first.isCutOff, first.readings, first.lost], [true, [], undefined]);
    assert.deepEqual(tracker.query(NOW), [600, 1000]);
    const second = tracker.take(recordsOf(...minutes));
    assert.deepEqual([second.isCutOff, second.readings.length, second.lost], [false, 600, undefined]);
  });

  it("and still does not reach back reports what may be lost", () => {
    const tracker = new Tracker(ago(1300), true);
    const minutes = range(1299, 0, 1).reverse();
    tracker.take(recordsOf(...minutes.slice(0, 288)));
    const { readings, lost } = tracker.take(recordsOf(...minutes.slice(0, 1000)));
    assert.equal(readings.length, 1000);
    assert.deepEqual(lost, { after: ago(1300), before: ago(999) });
  });

  it("is no loss if it has the whole day that the service keeps", () => {
    const { lost, isCutOff } = new Tracker(0).take(recordsOf(...range(1437, 2).reverse()));
    assert.deepEqual([lost, isCutOff], [undefined, false]);
  });
});
