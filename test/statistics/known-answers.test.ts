import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { profile, summarize, type GlucosePoint, type Measure } from "../../src/statistics/index.ts";
import { gmiMmolMol, gmiPercent } from "../../src/statistics/gmi.ts";
import { day1, grid14, knownAnswer } from "./series.ts";

const SERIES: Readonly<Record<string, readonly GlucosePoint[]>> = { grid14, day1 };

type Row = Readonly<Record<string, number>>;

interface Iglu {
  readonly [metric: string]: Row;
}

interface IgluEpisodes {
  readonly type: readonly string[];
  readonly level: readonly string[];
  readonly avg_ep_duration: readonly number[];
  readonly total_episodes: readonly number[];
}

interface Tidepool {
  readonly counts: Row;
  readonly hourly: readonly Row[];
  readonly smoothed: readonly Row[];
}

const iglu = JSON.parse(knownAnswer("iglu-4.3.0.json")) as Record<string, Iglu & { episodes: IgluEpisodes }>;
const tidepool = JSON.parse(knownAnswer("tidepool-viz-1.57.json")) as Record<string, Tidepool>;

/** To 1e-9, relative to large figures, or to the last of the ten decimals that iglu prints. */
function close(actual: number | undefined, expected: number | undefined, what: string): void {
  assert.ok(actual !== undefined && expected !== undefined, `${what}: ${actual} and ${expected}`);
  assert.ok(Math.abs(actual - expected) <= 1e-9, `${what} is ${actual}, not ${expected}`);
}

for (const [name, points] of Object.entries(SERIES)) {
  describe(`${name}, beside other programs`, () => {
    const summary = summarize(points);
    const other = iglu[name]!;

    test("iglu 4.3.0: mean, variation, ranges and risk, to 1e-9", () => {
      const rows: [string, Measure<number>, number | undefined][] = [
        ["mean", summary.meanMgDl, other["mean"]!["mean"]],
        ["SD", summary.sdMgDl, other["sd"]!["SD"]],
        ["CV", summary.cvPercent, other["cv"]!["CV"]],
        ["J-index", summary.jIndex, other["j_index"]!["J_index"]],
        ["LBGI", summary.lbgi, other["lbgi"]!["LBGI"]],
        ["HBGI", summary.hbgi, other["hbgi"]!["HBGI"]],
        ["TITR", summary.tightRangePercent, other["in_range"]!["in_range_70_140"]],
      ];
      for (const [what, actual, expected] of rows) close(actual.value, expected, what);
      close(summary.gri.value?.score, other["gri"]!["GRI"], "GRI");
      for (const share of [5, 25, 50, 75, 95] as const) {
        close(summary.quantilesMgDl.value![`p${share}`], other["quantile"]![share], `p${share}`);
      }
      const { veryLow, low, inRange, high, veryHigh } = summary.rangePercent.value!;
      close(veryLow, other["below"]!["below_54"], "below 54");
      close(veryLow + low, other["below"]!["below_70"], "below 70");
      close(inRange, other["in_range"]!["in_range_70_180"], "in range");
      close(high + veryHigh!, other["above"]!["above_180"], "above 180");
      close(veryHigh, other["above"]!["above_250"], "above 250");
    });

    test("iglu 4.3.0: number and length of the episodes", () => {
      const { type, level, avg_ep_duration: durations, total_episodes: totals } = other.episodes;
      const kinds = { "hypo lv1": "low", "hypo lv2": "veryLow", "hypo extended": "extendedLow" } as const;
      const highs = { "hyper lv1": "high", "hyper lv2": "veryHigh" } as const;
      for (const [row, kind] of Object.entries({ ...kinds, ...highs })) {
        const i = type.findIndex((side, at) => `${side} ${level[at]}` === row);
        const { count, meanDurationMinutes = 0 } = summary.episodes.byKind[kind];
        assert.equal(count, totals[i], kind);
        close(meanDurationMinutes, durations[i], kind);
      }
    });

    test("Tidepool viz 1.57: counts and every hour of the profile, raw and smoothed", () => {
      const { counts, hourly, smoothed } = tidepool[name]!;
      const { target, ...others } = counts;
      assert.deepEqual({ ...summary.counts }, { ...others, inRange: target });
      const hours = profile(points, { minDates: 1 });
      for (const share of ["p5", "p25", "p50", "p75", "p95"] as const) {
        for (const { hour, quantilesMgDl, smoothedMgDl } of hours) {
          close(quantilesMgDl.value![share], hourly[hour]![share], `${hour} h, ${share}`);
          close(smoothedMgDl.value![share], smoothed[hour]![share], `${hour} h, ${share}, smoothed`);
        }
      }
    });
  });
}

test("the table of known answers, as it is printed", () => {
  const [whole, day] = [summarize(grid14), summarize(day1)];
  close(whole.gmiPercent.value, 6.4830959722, "GMI");
  assert.equal(whole.gmiMmolMol.value?.toFixed(4), "47.3608");
  assert.deepEqual(day.gmiPercent, { missing: "dates", have: 1, need: 14 });
  assert.deepEqual(Object.values(whole.counts), [23, 39, 3492, 405, 73]);
  assert.deepEqual(Object.values(day.counts), [6, 3, 204, 48, 27]);
  assert.deepEqual([whole.gri.value?.zone, day.gri.value?.zone], ["A", "B"]);
  const seven = profile(grid14)[7]!;
  const rounded = (quantiles: object): number[] => Object.values(quantiles).map((value) => Number(value.toFixed(4)));
  assert.deepEqual(rounded(seven.quantilesMgDl.value!), [109.35, 144.75, 172, 205, 261.95]);
  assert.deepEqual(rounded(seven.smoothedMgDl.value!), [112.6833, 139.625, 161.5833, 187.8333, 233.5083]);
  assert.deepEqual(profile(day1)[7]!.quantilesMgDl, { missing: "dates", have: 1, need: 7 });
});

test("the published pairs of mean and GMI", () => {
  const percent = {
    100: 5.7,
    125: 6.3,
    150: 6.9,
    175: 7.5,
    200: 8.1,
    225: 8.7,
    250: 9.3,
    275: 9.9,
    300: 10.5,
    350: 11.7,
  };
  for (const [mean, gmi] of Object.entries(percent)) assert.equal(gmiPercent(Number(mean)).toFixed(1), gmi.toFixed(1));
  const mmol = { 5: 36.2, 6: 40.9, 7: 45.7, 8: 50.4, 9: 55.1, 10: 59.8, 12: 69.2, 14: 78.6, 16: 88, 18: 97.4 };
  for (const [mean, gmi] of Object.entries(mmol)) {
    assert.equal(gmiMmolMol(Number(mean) * 18.01559).toFixed(1), gmi.toFixed(1));
  }
});
