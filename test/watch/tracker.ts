import assert from "node:assert/strict";
import {
  accept,
  queryWindow,
  startTracker,
  type Acceptance,
  type DeliveryMarks,
  type TrackerState,
} from "../../src/watch/reading-tracker.ts";

export const MINUTE = 60_000;
export const HOUR: number = 60 * MINUTE;
export const NOW: number = Date.UTC(2026, 2, 3, 12);

/** A time, in minutes before now. */
export const ago = (minutes: number): number => NOW - minutes * MINUTE;

export const recordsOf = (...minutes: number[]): { time: number; mgDl: number }[] =>
  minutes.map((minute) => ({ time: ago(minute), mgDl: 100 }));

/** From `from` down to `to`, five by five. */
export const range = (from: number, to: number, step = 5): number[] =>
  Array.from({ length: Math.floor((from - to) / step) + 1 }, (_, index) => from - step * index);

/** What is delivered, in minutes before now, with its marks. */
export const show = (readings: readonly ({ time: number } & DeliveryMarks)[]): (number | string)[] =>
  readings.map(({ time, late, isAhead }) => {
    const minutes = (NOW - time) / MINUTE;
    return late ? `late ${minutes}` : isAhead ? `ahead ${-minutes}` : minutes;
  });

/** A tracker with its state, as the follower uses it. */
export class Tracker {
  state: TrackerState;

  constructor(since?: number, isSeen?: boolean) {
    this.state = startTracker(since, isSeen);
  }

  query(now: number): [minutes: number, maxCount: number] {
    const { minutes, maxCount } = queryWindow(this.state, now);
    return [minutes, maxCount];
  }

  take(
    records: readonly { time: number; mgDl: number }[],
    { now = NOW, wallNow = now }: { now?: number; wallNow?: number } = {},
  ): Acceptance<{ time: number; mgDl: number }> {
    const query = queryWindow(this.state, now);
    const before = JSON.stringify(this.state);
    const result = accept(this.state, { query, records, serviceNow: now, latestNow: Math.max(now, wallNow) });
    assert.equal(JSON.stringify(this.state), before, "the state is replaced, not changed");
    const fields = Object.entries(result.state).filter(([, value]) => value !== undefined);
    assert.deepEqual(JSON.parse(JSON.stringify(result.state)), Object.fromEntries(fields), "the state is JSON");
    this.state = result.state;
    return result;
  }

  deliver(records: readonly { time: number; mgDl: number }[], now?: number): (number | string)[] {
    return show(this.take(records, now === undefined ? {} : { now }).readings);
  }
}
