import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { episodes, profile, summarize, type GlucosePoint } from "../../src/statistics/index.ts";
import { formatOffset } from "../../src/glucose/local-time.ts";
import { runs } from "../support/fuzzing.ts";
import { HOUR_MS, MINUTE_MS, START } from "./series.ts";

/** Readings of some days, with gaps, LOW and HIGH, and instants that are late by seconds. */
const series = fc
  .array(
    fc.record({
      mgDl: fc.oneof(fc.integer({ min: 39, max: 401 }), fc.integer({ min: 55, max: 75 })),
      lateMs: fc.integer({ min: 0, max: 14_000 }),
      skip: fc.oneof({ weight: 30, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: 30 })),
    }),
    { maxLength: 400 },
  )
  .map((steps) => {
    let time = START;
    return steps.map(({ mgDl, lateMs, skip }): GlucosePoint => {
      time += (skip + 1) * 5 * MINUTE_MS;
      return { mgDl, datetime: new Date(time + lateMs), timezone: "+0100" };
    });
  });

/** Everything that is said of readings, as JSON. */
function everything(points: Iterable<GlucosePoint>, options: { readonly timeZone?: string } = {}): unknown {
  const list = [...points];
  const said = [summarize(list, options), episodes(list, options), profile(list, { ...options, minDates: 1 })];
  return JSON.parse(JSON.stringify(said));
}

function shuffled<T>(list: readonly T[], order: readonly number[]): T[] {
  return list
    .map((item, i) => [order[i % order.length]! * (i + 1), item] as const)
    .sort(([a], [b]) => a - b)
    .map(([, item]) => item);
}

const order = fc.array(fc.integer({ min: -1e6, max: 1e6 }), { minLength: 7, maxLength: 7 });

describe("whatever the readings are", () => {
  test("their order does not matter, not even of two at one instant", () => {
    fc.assert(
      fc.property(series, order, fc.integer({ min: 39, max: 401 }), (points, by, other) => {
        const all = points.flatMap((point, i) => (i % 5 === 0 ? [point, { ...point, mgDl: other }] : [point]));
        assert.deepEqual(everything(shuffled(all, by)), everything(all));
      }),
      runs(60),
    );
  });

  test("duplicates do not matter, nor the same reading seconds later", () => {
    fc.assert(
      fc.property(series, order, fc.integer({ min: 0, max: 15_000 }), (points, by, ms) => {
        const again = points.map((point) => ({ ...point, datetime: new Date(point.datetime.getTime() + ms) }));
        assert.deepEqual(everything(shuffled([...points, ...points, ...again], by)), everything(points));
      }),
      runs(60),
    );
  });

  test("a series that was split and merged again is the same, and so is any iterable of it", () => {
    fc.assert(
      fc.property(series, fc.integer({ min: 0, max: 400 }), (points, at) => {
        const parts = [points.slice(at), points.slice(0, at), points.slice(Math.max(0, at - 10), at + 10)];
        assert.deepEqual(everything(parts.flat()), everything(points));
        assert.deepEqual(everything(new Set(points).values()), everything(points));
      }),
      runs(60),
    );
  });

  test("the counts of two halves add up to those of the whole", () => {
    fc.assert(
      fc.property(series, fc.integer({ min: 0, max: 400 }), (points, at) => {
        const option = { intervalMs: 5 * MINUTE_MS };
        const [whole, first, second] = [points, points.slice(0, at), points.slice(at)].map(
          (part) => summarize(part, option).counts,
        );
        for (const range of ["veryLow", "low", "inRange", "high", "veryHigh"] as const) {
          assert.equal(first![range]! + second![range]!, whole![range]);
        }
      }),
      runs(60),
    );
  });

  test("a time zone given by name says the same as the offset of each reading, and a shift of both moves nothing", () => {
    fc.assert(
      fc.property(series, fc.integer({ min: -12, max: 12 }), (points, hours) => {
        const bare = points.map(({ mgDl, datetime }) => ({ mgDl, datetime }));
        assert.deepEqual(everything(bare, { timeZone: "Africa/Lagos" }), everything(points));
        const moved = points.map(({ mgDl, datetime }) => ({
          mgDl,
          datetime: new Date(datetime.getTime() - hours * HOUR_MS),
          timezone: formatOffset(60 + hours * 60),
        }));
        assert.deepEqual(profile(moved, { minDates: 1 }), profile(points, { minDates: 1 }));
        assert.deepEqual(summarize(moved).dates, summarize(points).dates);
      }),
      runs(60),
    );
  });

  test("shares add up to 100 %, quantiles ascend, and episodes don't overlap", () => {
    fc.assert(
      fc.property(series, (points) => {
        const { rangePercent, quantilesMgDl, completeness } = summarize(points);
        if (rangePercent.value) {
          const sum = Object.values(rangePercent.value).reduce((a: number, b: number) => a + b, 0);
          assert.ok(Math.abs(sum - 100) < 1e-9, `${sum} %`);
          const values = Object.values(quantilesMgDl.value!) as number[];
          assert.deepEqual(
            values,
            values.toSorted((a, b) => a - b),
          );
        }
        assert.ok((completeness.value ?? 0) <= 1);
        for (const kind of ["low", "veryLow", "high", "veryHigh"]) {
          const list = (episodes(points).value ?? []).filter((episode) => episode.kind === kind);
          for (const [i, { start }] of list.entries()) assert.ok(i === 0 || start >= list[i - 1]!.end, kind);
        }
      }),
      runs(100),
    );
  });
});
