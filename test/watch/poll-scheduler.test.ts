import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { FIRST_SCHEDULE, interval, observe } from "../../src/watch/poll-scheduler.ts";
import { gaussian, numbers } from "../bench/watch/chance.ts";

const SECOND = 1000;
const SLOT = 300 * SECOND;

/** Makes a scheduler that is told when a response came and the times of its readings, newest first. */
function makeScheduler(): (at: number, times: readonly number[]) => [dueAt: number, newest: number] {
  let state = FIRST_SCHEDULE;
  let previous = -Infinity;
  const known = new Set<number>();
  return (at, times) => {
    const ages = times.filter((time) => !known.has(time)).map((time) => Math.max(0, at - time));
    state = observe(
      state,
      at - previous,
      ages.toSorted((a, b) => a - b),
    );
    previous = at;
    for (const time of times) known.add(time);
    return [at + interval(state), at - (state.ageMs ?? Infinity)];
  };
}

/** How a week goes: requests, and the lateness of each reading, in seconds. */
function week(delayS: (slot: number) => number, slots = 2016): { requests: number[]; lateness: number[] } {
  const next = makeScheduler();
  const availableAt = Array.from({ length: slots }, (_, slot) => slot * SLOT + delayS(slot) * SECOND);
  const known = new Set<number>();
  const requests: number[] = [];
  const lateness: number[] = [];
  for (let at = availableAt[0]!; known.size < slots - 10;) {
    requests.push(at / SECOND);
    const seen = availableAt.flatMap((time, slot) => (time <= at ? [slot] : [])).slice(-40);
    for (const slot of seen) {
      if (!known.has(slot) && availableAt[slot]! !== Infinity) lateness.push((at - availableAt[slot]!) / SECOND);
      known.add(slot);
    }
    [at] = next(
      at,
      seen.reverse().map((slot) => slot * SLOT),
    );
    if (requests.length > 20 * slots) throw new Error("far too many requests");
  }
  return { requests, lateness };
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;

/** When the requests are made while nothing new comes, in seconds after the newest reading. */
function silence(count: number, startS = 100): number[] {
  const next = makeScheduler();
  const times: number[] = [];
  for (let at = startS * SECOND; times.length < count;) {
    [at] = next(at, [0]);
    times.push(at / SECOND);
  }
  return times;
}

describe("the poll scheduler", () => {
  it("asks when the next reading is due, then sooner and later, then once per reading", () => {
    assert.deepEqual(silence(14), [320, 324, 328, 336, 352, 384, 620, 624, 628, 920, 1220, 1520, 1820, 2120]);
  });

  it("asks for a reading that is overdue at the first request right on", () => {
    assert.deepEqual(silence(3, 330), [340, 360, 620]);
    assert.deepEqual(silence(3, 318.5), [324, 328, 336]);
  });

  it("asks every five minutes while there is no reading at all", () => {
    const next = makeScheduler();
    assert.equal(next(1000, [])[0], 1000 + SLOT);
    assert.equal(next(1000 + SLOT, [])[0], 1000 + 2 * SLOT);
  });

  it("never asks twice within four seconds, whatever comes", () => {
    const random = numbers(3);
    const next = makeScheduler();
    for (let at = 0, i = 0; i < 5000; i++) {
      const newest = at - random() * (i % 7 === 0 ? 4 * SLOT : 60 * SECOND);
      const [due] = next(at, i % 3 === 0 ? [newest, newest - SLOT] : []);
      assert.ok(due >= at + 4 * SECOND && due <= at + SLOT + 120 * SECOND, `${due - at} ms after ${at}`);
      at = due;
    }
  });

  const delays: [what: string, delayS: () => number, medianS: number, perReading: number][] = [
    ["always 18 s", () => 18, 2, 1.3],
    ["always 3 s", () => 3, 2, 1.3],
    ["always 100 s", () => 100, 2, 1.35],
    ["18 ± 2 s", () => 18 + 2 * gaussian(chance), 2.5, 1.3],
    ["10 to 30 s", () => 10 + 20 * chance(), 5, 1.5],
    ["60 to 120 s", () => 60 + 60 * chance(), 16, 2.2],
    ["a phone's clock a minute ahead", () => -60 + 18, 2.5, 1.6],
  ];
  const chance = numbers(5);
  for (const [what, delayS, medianS, perReading] of delays) {
    it(`learns a delay of ${what}`, () => {
      const { requests, lateness } = week(delayS);
      assert.ok(median(lateness) <= medianS, `median ${median(lateness)} s`);
      assert.ok(
        requests.length / lateness.length <= perReading,
        `${requests.length / lateness.length} requests per reading`,
      );
    });
  }

  it("learns within two hours that the delay has changed, up and down", () => {
    const { lateness } = week((slot) => (slot < 600 ? 18 : slot < 1200 ? 60 : 18));
    assert.ok(median(lateness.slice(624, 700)) <= 4, "up");
    assert.ok(median(lateness.slice(1248, 1300)) <= 4, "down");
  });

  it("takes little notice of one reading that took much longer", () => {
    const { lateness } = week((slot) => (slot % 100 === 0 ? 200 : 18));
    assert.ok(median(lateness) <= 2.5);
  });

  it("learns that a phone uploads two readings every ten minutes, and asks once in between", () => {
    const { requests, lateness } = week((slot) => (slot % 2 === 0 ? 318 : 18));
    assert.ok(requests.length / lateness.length <= 1.3, `${requests.length / lateness.length} requests per reading`);
    assert.ok(median(lateness) <= 2.5);
  });

  it("notices at once that the phone uploads each reading again", () => {
    const { lateness } = week((slot) => (slot < 400 && slot % 2 === 0 ? 318 : 18), 800);
    assert.ok(Math.max(...lateness.slice(410)) < 30, `${Math.max(...lateness.slice(410))} s`);
  });

  it("says when the newest reading was measured, or when it was first seen if a phone's clock is ahead", () => {
    const next = makeScheduler();
    const newestAfter = (at: number, ...times: number[]): number =>
      next(
        at * SECOND,
        times.map((time) => time * SECOND),
      )[1] / SECOND;
    assert.equal(newestAfter(100), -Infinity);
    assert.equal(newestAfter(200, 150), 150);
    assert.equal(newestAfter(500, 5000, 150), 500);
    assert.equal(newestAfter(800, 5000, 150), 500, "the same one");
    assert.equal(newestAfter(805, 5000, 700, 150), 700, "a true one behind it");
    assert.equal(newestAfter(1100, 5300, 5000, 700, 150), 1100, "another of the future");
  });

  it("does not count its own late request as a delay of the reading", () => {
    const next = makeScheduler();
    for (let hour = 0; hour < 50; hour++) next(hour * 12 * SLOT + 250 * SECOND, [hour * 12 * SLOT]);
    const at = 49 * 12 * SLOT + 250 * SECOND;
    assert.equal(next(at, [])[0], 49 * 12 * SLOT + SLOT + 20 * SECOND);
  });
});
