/** Generated lives of a sensor, its phone and its service, and what any way to follow them must keep to. */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { Injection, ReadingInput } from "../../src/simulator/index.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS, READ, SECOND_MS, SLOT_MS, START_MS, USER, type World } from "./world.ts";

/** Trouble lasts at most this long; what comes after it is quiet, so that all that is owed can be delivered. */
export const TROUBLED_MS: number = 14 * HOUR_MS;
/** A request for all that the service holds is made once an hour, and takes part in no trouble by then. */
export const QUIET_MS: number = 3 * HOUR_MS;
const SAME_MS = 30 * SECOND_MS;

/** What becomes of one reading of the grid. */
const fate = fc.oneof(
  {
    weight: 20,
    arbitrary: fc.record({ kind: fc.constant("usual" as const), delayMs: fc.integer({ min: 0, max: 40_000 }) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("late" as const),
      delayMs: fc.integer({ min: 40_000, max: 6 * HOUR_MS }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("lost" as const), delayMs: fc.constant(0) }) },
  // The phone posts it twice, at times that differ a little.
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("twice" as const), delayMs: fc.integer({ min: 0, max: 2 * HOUR_MS }) }),
  },
  // The phone's clock was ahead just then.
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("ahead" as const),
      delayMs: fc.integer({ min: 2 * MINUTE_MS, max: 3 * HOUR_MS }),
    }),
  },
  // Another sensor, off the grid.
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("other" as const), delayMs: fc.integer({ min: 0, max: 4 * HOUR_MS }) }),
  },
);

const moment = fc.integer({ min: 0, max: TROUBLED_MS });

const outage = fc.record({
  atMs: moment,
  lengthMs: fc.integer({ min: 1, max: 100 * MINUTE_MS }),
  fault: fc.constantFrom<Injection>(
    { status: 503 },
    { status: 500 },
    { status: 429 },
    { status: 429, headers: { "retry-after": "600" } },
    { drop: "before-headers" },
    { drop: "mid-body" },
    { truncate: 10 },
    { delayMs: Infinity },
    { delayMs: 3000 },
    { code: "SessionNotValid" },
    { code: "SomethingNew" },
    { body: "[]" },
    { body: '[{"WT":"Date(5)","Value":3,"Trend":"Flat"}]' },
  ),
});

export interface Life {
  readonly fates: readonly {
    readonly kind: "usual" | "late" | "lost" | "twice" | "ahead" | "other";
    readonly delayMs: number;
  }[];
  readonly outages: readonly { readonly atMs: number; readonly lengthMs: number; readonly fault: Injection }[];
  readonly errorMs: number;
  readonly clockChanges: readonly { readonly atMs: number; readonly byMs: number }[];
  readonly restarts: readonly number[];
  readonly expiries: readonly number[];
  /** Sleeps of the consumer between two readings. */
  readonly pauses: readonly { readonly atMs: number; readonly lengthMs: number }[];
  /** `false` if responses have no `Date`. */
  readonly hasDate: boolean;
}

export const life: fc.Arbitrary<Life> = fc.record({
  fates: fc.array(fate, { minLength: 170, maxLength: 170 }),
  outages: fc.array(outage, { maxLength: 4 }),
  errorMs: fc.constantFrom(0, 3 * HOUR_MS, -3 * HOUR_MS, 90_000, -400 * DAY_MS),
  clockChanges: fc.array(fc.record({ atMs: moment, byMs: fc.integer({ min: -5 * HOUR_MS, max: 5 * HOUR_MS }) }), {
    maxLength: 2,
  }),
  restarts: fc.array(moment, { maxLength: 3 }),
  expiries: fc.array(moment, { maxLength: 2 }),
  pauses: fc.array(fc.record({ atMs: moment, lengthMs: fc.integer({ min: 1, max: 2 * HOUR_MS }) }), { maxLength: 2 }),
  hasDate: fc.boolean(),
});

export function readingsOf({ fates }: Life): ReadingInput[] {
  return fates.flatMap(({ kind, delayMs }, index) => {
    const time = START_MS + (index - 1) * SLOT_MS;
    const reading = { mgDl: 60 + index, datetime: time, availableAt: time + delayMs };
    if (kind === "lost") return [];
    if (kind === "ahead") return [{ ...reading, datetime: time + delayMs, availableAt: time + 15_000 }];
    if (kind === "twice")
      return [
        { ...reading, availableAt: time + 15_000 },
        { ...reading, datetime: time + (delayMs % (2 * SAME_MS - 1)) - SAME_MS + 1 },
      ];
    if (kind === "other")
      return [
        { ...reading, availableAt: time + 15_000 },
        { ...reading, datetime: time + 150_000, availableAt: time + 170_000 + delayMs },
      ];
    return [reading];
  });
}

export interface Run {
  /** Nothing up to here is owed. */
  readonly floor: number;
  readonly delivered: { time: number; mgDl: number; isLate: boolean; isAhead: boolean }[];
}

/** Tells that the service had a reading before its own time. A wall clock that is ahead as well can't know that. */
function wasAhead(readings: readonly ReadingInput[], { time, mgDl }: { time: number; mgDl: number }): boolean {
  const reading = readings.find((other) => other.datetime === time && other.mgDl === mgDl)!;
  return Number(reading.availableAt) < time;
}

export function check(readings: readonly ReadingInput[], runs: readonly Run[]): void {
  const all = runs.flatMap(({ delivered }) => delivered);
  for (const [index, { time, isAhead }] of all.entries()) {
    assert.ok(
      readings.some((reading) => reading.datetime === time),
      "nothing is made up",
    );
    if (isAhead) continue;
    // A reading that was ahead is no point to resume from, so a restart delivers it again, and the reading of its instant.
    const others = all.slice(0, index).filter((other) => !other.isAhead && !wasAhead(readings, other));
    assert.ok(!others.some((other) => Math.abs(other.time - time) < SAME_MS), "nothing comes twice");
  }
  for (const { delivered } of runs) {
    // A reading that was ahead may have the very instant of a later one.
    const distinct = new Set(delivered.map(({ time, mgDl }) => `${time} ${mgDl}`));
    assert.equal(distinct.size, delivered.length, "nothing comes twice");
    let newest = -Infinity;
    for (const { time, isLate, isAhead } of delivered) {
      assert.equal(isLate, !isAhead && time < newest, "late is what is older than one that came before");
      if (!isAhead) newest = Math.max(newest, time);
    }
  }
  const { floor } = runs.at(-1)!;
  for (const { datetime: time, availableAt } of readings) {
    if (Number(time) < floor + SAME_MS || Number(availableAt) > START_MS + TROUBLED_MS) continue;
    assert.ok(
      all.some((other) => Math.abs(other.time - Number(time)) < SAME_MS),
      `lost: ${(Number(time) - START_MS) / SLOT_MS}`,
    );
  }
}

/** Brings the troubles of a life into its world. */
export function trouble({ simulator, clock, own }: World, given: Life): void {
  for (const { atMs, lengthMs, fault } of given.outages) {
    const from = START_MS + atMs;
    simulator.inject({
      ...fault,
      operation: READ,
      when: ({ timeMs }) => timeMs >= from && timeMs < from + lengthMs,
    });
  }
  if (!given.hasDate) simulator.inject({ operation: READ, headers: { date: "" } });
  for (const { atMs, byMs } of given.hasDate ? given.clockChanges : [])
    void clock.sleep(atMs).then(() => (own.errorMs += byMs));
  for (const atMs of given.expiries) void clock.sleep(atMs).then(() => simulator.expireSessions(USER.username));
}

/** Number of runs and the seed, from the environment. */
export function runsOf(numRuns: number): fc.Parameters<[Life]> {
  const { RUNS, SEED } = process.env;
  return { numRuns: Number(RUNS ?? numRuns), endOnFailure: true, ...(SEED && { seed: Number(SEED) }) };
}
