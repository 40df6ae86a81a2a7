import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { runInNewContext } from "node:vm";
import {
  episodes,
  PREGNANCY_RANGES,
  profile,
  summarize,
  TARGETS,
  type GlucosePoint,
  type GlucoseSummary,
} from "../../src/statistics/index.ts";
import { DAY_MS, day1, grid14, HOUR_MS, MINUTE_MS, readings, START, steady } from "./series.ts";

type Figure = {
  [Key in keyof GlucoseSummary]: GlucoseSummary[Key] extends { readonly missing?: unknown } ? Key : never;
}[keyof GlucoseSummary];

const hours = (points: readonly GlucosePoint[], from: number, to: number): GlucosePoint[] =>
  points.filter(({ datetime }) => datetime.getUTCHours() >= from && datetime.getUTCHours() < to);

describe("a figure that the readings can't support says what it takes", () => {
  const rows: [what: string, figure: Figure, points: readonly GlucosePoint[], missing: object][] = [
    ["no reading", "completeness", [], { missing: "readings", have: 0, need: 1 }],
    ["11 readings", "meanMgDl", day1.slice(0, 11), { missing: "readings", have: 11, need: 12 }],
    ["11 readings", "rangePercent", day1.slice(0, 11), { missing: "readings", have: 11, need: 12 }],
    ["29 readings", "sdMgDl", day1.slice(0, 29), { missing: "readings", have: 29, need: 30 }],
    ["29 readings", "jIndex", day1.slice(0, 29), { missing: "readings", have: 29, need: 30 }],
    ["16 h 45 min", "gri", day1.slice(0, 201), { missing: "recorded-hours", have: 16.75, need: 16.8 }],
    ["13 dates", "gmiPercent", grid14.slice(0, 13 * 288), { missing: "dates", have: 13, need: 14 }],
    ["13 dates", "targets", grid14.slice(0, 13 * 288), { missing: "dates", have: 13, need: 14 }],
    [
      "69.9 % of 14 dates",
      "gmiPercent",
      [...grid14.slice(0, 2810), ...Array.from({ length: 4 }, (_, day) => grid14.slice((day + 10) * 288)[0]!)],
      { missing: "recorded-days", have: 2814 / 288, need: 9.8 },
    ],
    ["no nights", "gmiMmolMol", hours(grid14, 6, 24), { missing: "quarter-of-day", have: 0, need: 0.5 }],
  ];
  for (const [what, figure, points, missing] of rows) {
    test(`${what}: no ${figure}`, () => assert.deepEqual(summarize(points)[figure], missing));
  }

  test("the least that suffices does", () => {
    assert.ok(summarize(day1.slice(0, 12)).meanMgDl.value);
    assert.ok(summarize(day1.slice(0, 30)).sdMgDl.value);
    assert.ok(summarize(day1.slice(0, 202)).gri.value);
    assert.ok(summarize(grid14).gmiPercent.value);
    assert.ok(summarize(grid14.slice(0, 7 * 288)).episodes.byKind.low.perWeek.value);
    assert.equal(summarize(grid14.slice(0, 7 * 288 - 1)).episodes.byKind.low.perWeek.missing, "recorded-days");
  });

  test("less than half of the window: no mean, but counts, completeness and episodes", () => {
    const to = new Date(START + 2 * DAY_MS + 5 * MINUTE_MS);
    const summary = summarize(grid14.slice(0, 288), { to });
    assert.deepEqual(summary.meanMgDl, { missing: "completeness", have: 288 / 577, need: 0.5 });
    assert.equal(summary.completeness.value, 288 / 577);
    assert.equal(summary.counts.inRange + summary.counts.high + summary.counts.veryHigh!, 288);
    assert.ok(summary.episodes.list.length > 0);
  });

  test("completeness below 70 % of a longer window: no GMI", () => {
    const summary = summarize(grid14, { from: new Date(START - 7 * DAY_MS) });
    assert.deepEqual(summary.gmiPercent, { missing: "completeness", have: 14 / 21, need: 0.7 });
  });

  test("an hour of the profile with readings on six dates says so", () => {
    const hour = profile([...hours(grid14, 1, 24), ...hours(grid14, 0, 1).slice(0, 6 * 12)])[0]!;
    assert.deepEqual(hour.quantilesMgDl, { missing: "dates", have: 6, need: 7 });
    assert.deepEqual(hour.smoothedMgDl, hour.quantilesMgDl);
    assert.deepEqual([hour.readings, hour.dates], [72, 6]);
  });
});

test("an hour with one neighbour missing is smoothed by the other", () => {
  const [, one, two] = profile(hours(grid14, 1, 24));
  const expected = (4 * one!.quantilesMgDl.value!.p95 + two!.quantilesMgDl.value!.p95) / 5;
  assert.equal(one!.smoothedMgDl.value!.p95, expected);
});

test("without an offset or a time zone there are no local days", () => {
  const points = grid14.map(({ mgDl, datetime }) => ({ mgDl, datetime }));
  const summary = summarize(points);
  const missing = { missing: "time-zone", have: 0, need: 4032 };
  for (const figure of ["gmiPercent", "targets", "dates", "quarterCompleteness"] as const) {
    assert.deepEqual(summary[figure], missing, figure);
  }
  assert.deepEqual(profile(points)[0]!.quantilesMgDl, missing);
  assert.ok(summary.meanMgDl.value && summary.completeness.value);
  assert.ok(summarize(points, { timeZone: "UTC" }).gmiPercent.value);
});

describe("sensors with different intervals", () => {
  const fives = readings(steady(100, 120));
  const ones = readings(steady(300, 150), { start: START + DAY_MS, minutes: 1 });
  const fifteens = readings(steady(40, 150), { start: START + DAY_MS, minutes: 15 });

  for (const [what, points, have, need] of [
    ["five minutes, then one", [...fives, ...ones], 5, 1],
    ["one minute for a while", [...fives, ...ones.slice(0, 6)], 5, 1],
    ["five minutes, then fifteen", [...fives, ...fifteens], 15, 5],
  ] as const) {
    test(`${what}: nothing is computed until the interval is given`, () => {
      const summary = summarize(points);
      const missing = { missing: "mixed-intervals", have, need };
      assert.deepEqual(summary.meanMgDl, missing);
      assert.deepEqual(summary.completeness, missing);
      assert.deepEqual(episodes(points), missing);
      assert.deepEqual(profile(points)[0]!.quantilesMgDl, missing);
      const given = summarize(points, { intervalMs: 300_000, to: new Date(START + 500 * MINUTE_MS) });
      assert.equal(given.meanMgDl.value, 120);
    });
  }

  test("readings that are late by seconds, doubled by a second receiver, or lost at random are no mixture", () => {
    let state = 1;
    const random = (): number => (state = (state * 48_271) % 0x7fffffff) / 0x7fffffff;
    const shift = ({ mgDl, datetime }: GlucosePoint): GlucosePoint => ({
      mgDl,
      datetime: new Date(datetime.getTime() + Math.floor(random() * 20_000)),
    });
    const summary = summarize([...grid14.map(shift), ...grid14.map(shift)].filter(() => random() < 0.7));
    assert.equal(summary.intervalMs.value, 300_000);
    assert.ok(summary.meanMgDl.value);
  });

  for (const minutes of [1, 5, 15]) {
    test(`an interval of ${minutes} min is found`, () => {
      assert.equal(summarize(readings(steady(40, 100), { minutes })).intervalMs.value, minutes * MINUTE_MS);
    });
  }
});

test("a reading closer than 5/6 of the interval after the last kept is left out", () => {
  const at = (seconds: number, mgDl: number): GlucosePoint => ({ mgDl, datetime: new Date(START + seconds * 1000) });
  const points = [at(0, 100), at(249, 200), at(250, 110), at(500, 120)];
  assert.equal(summarize(points, { intervalMs: 300_000 }).readings, 3);
});

test("LOW and HIGH count as 39 and 401, and are counted beside", () => {
  const summary = summarize(readings([...steady(10, 13), ...steady(10, 39), ...steady(10, 600), ...steady(10, 401)]));
  assert.deepEqual([summary.lowReadings, summary.highReadings], [20, 20]);
  assert.equal(summary.meanMgDl.value, 220);
  assert.deepEqual(summary.counts, { veryLow: 20, low: 0, inRange: 0, high: 0, veryHigh: 20 });
});

test("the limits of the ranges belong to the range", () => {
  const counts = summarize(readings([53.9, 54, 69.9, 70, 180, 180.1, 250, 250.1])).counts;
  assert.deepEqual(counts, { veryLow: 1, low: 2, inRange: 2, high: 2, veryHigh: 1 });
  const pregnancy = summarize(readings([53, 54, 62, 63, 140, 141, 300]), { ranges: PREGNANCY_RANGES }).counts;
  assert.deepEqual(pregnancy, { veryLow: 1, low: 2, inRange: 2, high: 2 });
});

describe("targets", () => {
  test("type 1 and 2: each with the figures that exist", () => {
    const targets = summarize(grid14).targets.value!;
    assert.deepEqual(
      targets.map(({ share, comparison, percent, isMet }) => [share, comparison, percent, isMet]),
      [
        ["inRange", ">", 70, true],
        ["below", "<", 4, true],
        ["veryLow", "<", 1, true],
        ["above", "<", 25, true],
        ["veryHigh", "<", 5, true],
      ],
    );
    assert.equal(targets[0]!.actualPercent, (100 * 3492) / 4032);
  });

  test("older or at high risk: below 1 % is missed at 1.5 %", () => {
    const targets = summarize(grid14, { population: "older-or-high-risk" }).targets.value!;
    assert.deepEqual(
      targets.map(({ share, percent, isMet }) => [share, percent, isMet]),
      [
        ["inRange", 50, true],
        ["below", 1, false],
        ["above", 50, true],
        ["veryHigh", 10, true],
      ],
    );
  });

  test("pregnancy: ranges of its own, no GMI and no GRI", () => {
    const summary = summarize(grid14, { population: "pregnancy" });
    const missing = { missing: "ranges", have: 140, need: 180 };
    assert.deepEqual([summary.gmiPercent, summary.gmiMmolMol, summary.gri], [missing, missing, missing]);
    assert.deepEqual(
      summary.targets.value!.map(({ share, percent, isMet }) => [share, percent, isMet]),
      [
        ["inRange", 70, false],
        ["below", 4, true],
        ["veryLow", 1, true],
        ["above", 25, false],
      ],
    );
    assert.equal(summary.rangePercent.value!.inRange.toFixed(10), "69.6676587302");
    assert.equal(summary.rangePercent.value!.veryHigh, undefined);
  });

  test("with custom ranges no target is compared", () => {
    const ranges = { ...TARGETS.diabetes.ranges, highAbove: 160 };
    assert.deepEqual(summarize(grid14, { ranges }).targets, { missing: "ranges", have: 160, need: 180 });
  });
});

test("options and readings that can't be right are argument errors that name them", () => {
  const rows: [() => unknown, RegExp][] = [
    [() => summarize(day1, { intervalMs: 0 }), /^intervalMs/],
    [() => summarize(day1, { from: new Date(NaN) }), /^from/],
    [() => summarize(day1, { to: "2026" as never }), /^to/],
    [() => summarize(day1, { timeZone: "Nowhere" }), /^timeZone/],
    [() => summarize(day1, { population: "toString" as never }), /^population/],
    [() => profile(day1, { minDates: 0 }), /^minDates/],
    [() => summarize([...day1, { mgDl: 12, datetime: new Date() }]), /^points\[288\]\.mgDl/],
    [() => summarize([{ mgDl: NaN, datetime: new Date() }]), /^points\[0\]\.mgDl/],
    [() => episodes([{ mgDl: 100, datetime: "2026-01-01" as never }]), /^points\[0\]\.datetime/],
    [() => summarize([...day1, null as never]), /^points\[288\]\.mgDl/],
  ];
  for (const [call, message] of rows) assert.throws(call, { name: "ArgumentError", message });
});

test("a date of another realm, such as that of a test runner, is one", () => {
  const datetime = runInNewContext(`new Date(${START})`) as Date;
  assert.equal(summarize([{ mgDl: 100, datetime }]).from!.getTime(), START);
});

test("a window takes the readings from its start up to, but without, its end", () => {
  const {
    readings: count,
    from,
    to,
  } = summarize(day1, {
    from: new Date(day1[0]!.datetime.getTime() + HOUR_MS),
    to: new Date(day1[0]!.datetime.getTime() + 2 * HOUR_MS),
  });
  assert.equal(count, 12);
  assert.equal(to!.getTime() - from!.getTime(), HOUR_MS);
});
