import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { makeLedger } from "../../src/watch/reading-tracker.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NOW = Date.UTC(2026, 2, 3, 12);
/** A time, in minutes before now. */
const ago = (minutes: number): number => NOW - minutes * MINUTE;
const answerOf = (...minutes: number[]): { time: number }[] => minutes.map((minute) => ({ time: ago(minute) }));
/** What is taken, in minutes before now; late ones with a mark. */
const taken = (fresh: readonly { time: number; late?: true }[]): (number | string)[] =>
  fresh.map(({ time, late }) => ((minutes) => (late ? `late ${minutes}` : minutes))((NOW - time) / MINUTE));

describe("a ledger of what was delivered", () => {
  it("takes the latest reading first, and nothing older than it ever", () => {
    const ledger = makeLedger(undefined, false);
    assert.deepEqual(ledger.reach(Infinity), [1440, 1]);
    assert.deepEqual(taken(ledger.take(answerOf(2), NOW)), [2]);
    assert.deepEqual(taken(ledger.take(answerOf(2, 7, 12), NOW)), []);
  });

  it("asks for the latest again while there is none", () => {
    const ledger = makeLedger(undefined, false);
    assert.deepEqual(ledger.take([], NOW), []);
    assert.deepEqual(ledger.reach(NOW), [1440, 1]);
  });

  it("takes all that is newer than a date, oldest first, though not the date's own reading", () => {
    const ledger = makeLedger(ago(20), false);
    assert.deepEqual(taken(ledger.take(answerOf(5, 10, 15, 20, 25), NOW)), [15, 10, 5]);
  });

  it("takes a reading half a minute after a date, but knows it as the same as a reading that was seen", () => {
    assert.deepEqual(taken(makeLedger(ago(20), false).take(answerOf(19.5), NOW)), [19.5]);
    assert.deepEqual(taken(makeLedger(ago(20), true).take(answerOf(19.5), NOW)), []);
  });

  it("reaches back the whole three hours for a hole that begins before them", () => {
    const ledger = makeLedger(ago(400), true);
    ledger.reach(NOW);
    ledger.take(answerOf(...Array.from({ length: 36 }, (_, index) => 3 + index * 5)), NOW);
    assert.deepEqual(ledger.reach(NOW), [180, 180]);
  });

  it("gives each reading once, whatever order it comes in, and marks what is older than one that was given", () => {
    const ledger = makeLedger(ago(60), false);
    assert.deepEqual(taken(ledger.take(answerOf(5, 20), NOW)), [20, 5]);
    assert.deepEqual(taken(ledger.take(answerOf(0, 5, 10, 15, 20, 25), NOW)), ["late 25", "late 15", "late 10", 0]);
    assert.deepEqual(taken(ledger.take(answerOf(0, 5, 10, 15, 20, 25), NOW)), []);
  });

  const near: [shiftMs: number, isNew: boolean][] = [
    [0, false],
    [1, false],
    [-1, false],
    [59_999, false],
    [60_000, false],
    [-60_000, false],
    [60_001, true],
    [-60_001, true],
  ];
  for (const [shiftMs, isNew] of near) {
    it(`holds a reading ${shiftMs} ms from a delivered one for ${isNew ? "another" : "the same"}`, () => {
      const ledger = makeLedger(ago(60), false);
      ledger.take(answerOf(10), NOW);
      assert.equal(ledger.take([{ time: ago(10) + shiftMs }], NOW).length, Number(isNew));
    });
  }

  it("lets the first of two readings within a minute stand, in one answer too", () => {
    const ledger = makeLedger(ago(60), false);
    assert.deepEqual(taken(ledger.take(answerOf(8.5, 9.25, 10), NOW)), [10, 8.5]);
  });

  /** Delivered readings, in minutes before now, and what is asked for next, in minutes. */
  const reaches: [what: string, since: number, delivered: number[], minutes: number][] = [
    ["to the newest reading", 30, [30, 25, 20, 15, 10, 5.3], 6],
    ["to the newest reading, however old", 700, [700, 600], 600],
    ["no less than five minutes", 30, [30, 25, 20, 15, 10, 5, 1], 5],
    ["to the reading before a hole", 60, [60, 55, 40, 35, 30, 25, 20, 15, 10, 5], 55],
    ["to the oldest of several holes", 60, [60, 45, 40, 35, 20, 15, 10, 5], 60],
    ["not beyond three hours into a longer hole", 600, [600, 595, 30, 25, 20, 15, 10, 5], 180],
    ["not to a hole that is older than three hours", 400, [...range(395, 300), ...range(285, 5)], 5],
    ["not to a gap of seven minutes, which no reading is missing from", 60, [...range(60, 20), 13, 8, 3], 5],
  ];
  for (const [what, since, delivered, minutes] of reaches) {
    it(`reaches back ${what}`, () => {
      const ledger = makeLedger(ago(since), false);
      ledger.reach(NOW);
      ledger.take(answerOf(...delivered.toSorted((a, b) => a - b)), NOW);
      assert.deepEqual(ledger.reach(NOW), [minutes, Math.min(minutes, 288)]);
    });
  }

  it("reaches back for all that can be delivered once an hour, and again where that request failed", () => {
    const ledger = makeLedger(ago(300), false);
    assert.deepEqual(ledger.reach(NOW), [300, 288]);
    assert.deepEqual(ledger.reach(NOW), [300, 288], "the first one failed");
    ledger.take(answerOf(...range(295, 0).reverse()), NOW);
    assert.deepEqual(ledger.reach(NOW + HOUR - 1), [60, 60]);
    assert.deepEqual(ledger.reach(NOW + HOUR), [360, 288]);
    ledger.take([], NOW + HOUR);
    assert.deepEqual(ledger.reach(NOW + HOUR + 1), [61, 61]);
  });

  it("reaches back a day at most, and a day while the service's clock is not known", () => {
    assert.deepEqual(makeLedger(ago(5000), false).reach(NOW), [1440, 288]);
    assert.deepEqual(makeLedger(ago(10), true).reach(Infinity), [1440, 288]);
  });

  it("keeps no more than two days, and delivers nothing again that it has forgotten", () => {
    const ledger = makeLedger(ago(10_000), false);
    const all = range(9000, 0);
    ledger.take(answerOf(...all.toReversed()), NOW);
    assert.deepEqual(ledger.take(answerOf(...all.map((minutes) => minutes + 0.4).reverse()), NOW), []);
  });
});

/** From `from` down to `to`, five by five. */
function range(from: number, to: number): number[] {
  return Array.from({ length: Math.floor((from - to) / 5) + 1 }, (_, index) => from - 5 * index);
}
