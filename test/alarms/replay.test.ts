import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import {
  DEFAULT_RULES,
  formatAlarm,
  replay,
  type AlarmName,
  type AlarmRules,
  type ReplayReport,
} from "../../src/alarms/index.ts";
import { generateReadings } from "../../src/simulator/index.ts";
import { MINUTE_MS, START_MS } from "./script.ts";

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

const grid14 = readFileSync(path.join(import.meta.dirname, "../statistics/known-answers/grid14.csv"), "utf8")
  .trim()
  .split("\n")
  .slice(1)
  .map((line) => line.split(","))
  .map(([, time, mgDl]) => ({
    mgDl: Number(mgDl),
    datetime: new Date(`${time!.replace(" ", "T")}Z`),
    timezone: "+0000",
  }));

function figures(report: ReplayReport): string[] {
  return report.rules.map(
    ({ rule, raised, reminders, falseAlarms, compressionLows, longestSilenceMinutes }) =>
      `${rule} ${raised}+${reminders}, false ${falseAlarms ?? "-"}, compression ${compressionLows}, silent ${longestSilenceMinutes} min`,
  );
}

describe("replay()", () => {
  test("of grid14: each rule rings as often as its crossings counted apart", () => {
    const report = replay({ low: true, high: true }, grid14, { unit: "mg/dL" });
    // The same definition written the other way round: a run ends at two readings clear of the line, or at four beyond it.
    const crossings = (isBeyond: (g: number) => boolean, isClear: (g: number) => boolean): number => {
      let [count, isActive, clear, beyond] = [0, false, 0, 0];
      for (const { mgDl } of grid14) {
        clear = isClear(mgDl) ? clear + 1 : 0;
        beyond = isBeyond(mgDl) ? 0 : beyond + 1;
        if (!isActive && isBeyond(mgDl)) [count, isActive] = [count + 1, true];
        else if (clear === 2 || beyond === 4) isActive = false;
        if (!isActive) [clear, beyond] = [0, 0];
      }
      return count;
    };
    const raised = Object.fromEntries(report.rules.map((rule) => [rule.rule, rule.raised])) as Record<
      AlarmName,
      number
    >;
    assert.equal(
      raised.low,
      crossings(
        (g) => g <= 70,
        (g) => g >= 75,
      ),
    );
    assert.equal(
      raised.high,
      crossings(
        (g) => g >= 250,
        (g) => g <= 245,
      ),
    );
    assert.equal(report.readings, 4032);
    // iglu and AGATA find eight episodes too.
    assert.equal(report.lows.length, 8);
    assert.equal(report.longestGapMinutes, 5);
    const all = replay(DEFAULT_RULES, grid14, { unit: "mg/dL" });
    if (process.env["SHOW_FIGURES"]) console.log(figures(all), all.lows);
  });

  test("of one night of grid14: the warning is the time from the first alarm to the first reading below 70", () => {
    const night = grid14.filter(({ datetime }) => /2026-01-06T0[234]/.test(datetime.toISOString()));
    assert.equal(
      night
        .slice(2, 12)
        .map(({ mgDl }) => mgDl)
        .join(" "),
      "108 109 109 103 94 87 82 79 75 65",
    );
    // 02:35, after 109 103 94: 87, least-squares slope -1.5 a minute, 57 in 20 minutes: no alarm.
    // 02:40, after 103 94 87: 82, slope -1.4, 54 in 20 minutes: `soon` rings, 15 minutes before the 65 of 02:55.
    const report = replay(DEFAULT_RULES, night, { unit: "mg/dL" });
    assert.deepEqual(
      report.events.slice(0, 3).map((event) => "rule" in event && [event.at.toISOString(), event.type, event.rule]),
      [
        ["2026-01-06T02:40:00.000Z", "raised", "soon"],
        ["2026-01-06T02:55:00.000Z", "raised", "low"],
        ["2026-01-06T03:05:00.000Z", "raised", "urgentLow"],
      ],
    );
    assert.deepEqual(
      report.lows.map(({ start, rule, warningMinutes }) => [start.toISOString(), rule, warningMinutes]),
      [["2026-01-06T02:55:00.000Z", "soon", 15]],
    );
  });

  /** Minutes and figures; between two of them a straight line. */
  const WARNINGS: readonly (readonly [
    title: string,
    rules: AlarmRules,
    steps: readonly (readonly [number, number])[],
    expected: unknown[],
  ])[] = [
    [
      "is 0 if the alarm rings at the first reading below 70",
      { low: { threshold: 69 } },
      [
        [0, 100],
        [60, 100],
        [65, 60],
        [90, 60],
        [95, 100],
        [150, 100],
      ],
      [["low", 0]],
    ],
    [
      "is below 0 if the alarm rings later",
      { low: { threshold: 65 } },
      [
        [0, 100],
        [60, 69],
        [65, 69],
        [70, 60],
        [90, 60],
        [95, 100],
        [150, 100],
      ],
      [["low", -10]],
    ],
    [
      "is 60 at most",
      { low: { threshold: 80 } },
      [
        [0, 100],
        [60, 75],
        [180, 75],
        [185, 60],
        [210, 60],
        [215, 100],
        [250, 100],
      ],
      [["low", 60]],
    ],
    [
      "does not count an alarm of the low before",
      { low: { remindMinutes: 10 } },
      [
        [0, 100],
        [60, 60],
        [80, 60],
        [85, 90],
        [110, 90],
        [115, 60],
        [140, 60],
        [145, 100],
        [200, 100],
      ],
      [
        ["low", 5],
        ["low", 0],
      ],
    ],
    [
      "is not longer than the time since the low before",
      { low: { threshold: 100 } },
      [
        [0, 110],
        [60, 60],
        [80, 60],
        [85, 90],
        [110, 90],
        [115, 60],
        [140, 60],
        [145, 110],
        [200, 110],
      ],
      [
        ["low", 35],
        ["low", 30],
      ],
    ],
    [
      "is absent if no alarm rang",
      { high: true },
      [
        [0, 100],
        [60, 60],
        [80, 60],
        [85, 90],
        [140, 90],
      ],
      [[undefined, undefined]],
    ],
  ];
  for (const [title, rules, steps, expected] of WARNINGS) {
    test(`the warning ${title}`, () => {
      const points = steps.slice(1).flatMap(([minute, mgDl], index) => {
        const [before, first] = steps[index]!;
        return range((minute - before) / 5).map((i) => ({
          mgDl: Math.round(first + ((mgDl - first) * i * 5) / (minute - before)),
          datetime: new Date(START_MS + (before + i * 5) * MINUTE_MS),
        }));
      });
      assert.deepEqual(
        replay(rules, points, { unit: "mg/dL" }).lows.map(({ rule, warningMinutes }) => [rule, warningMinutes]),
        expected,
      );
    });
  }

  test("counts a gap as missing data, since readings don't tell if checks failed", () => {
    const at = (minute: number) => ({ mgDl: 120, datetime: new Date(START_MS + minute * MINUTE_MS) });
    const report = replay({ blind: true, noData: true }, [at(0), at(5), at(65), at(70)], { unit: "mg/dL" });
    assert.deepEqual(
      report.events.map(
        (event) => "rule" in event && `${(+event.at - START_MS) / MINUTE_MS} ${event.type} ${event.rule}`,
      ),
      ["25 raised noData", "55 reminder noData", "65 recovered noData"],
    );
  });

  test("of a simulated fortnight: every low has a warning, compression lows are marked, and no urgent low is silent for long", () => {
    const to = Date.UTC(2026, 0, 15);
    const points = generateReadings({ seed: 3, from: to - 14 * 1440 * MINUTE_MS, to });
    const report = replay(DEFAULT_RULES, points, { unit: "mg/dL" });
    if (process.env["SHOW_FIGURES"]) console.log(figures(report), report.lows, report.longestGapMinutes);
    assert.ok(report.lows.length > 0);
    assert.ok(report.lows.every(({ rule, warningMinutes }) => rule !== undefined && warningMinutes! >= 0));
    const urgent = report.rules.find(({ rule }) => rule === "urgentLow")!;
    assert.ok(urgent.longestSilenceMinutes <= 30);
    assert.ok(report.rules.some(({ compressionLows }) => compressionLows > 0));
  });

  test("of nothing is a report of nothing", () => {
    const report = replay({ low: true }, [], { unit: "mg/dL" });
    assert.deepEqual([report.readings, report.lows, report.events, report.from], [0, [], [], undefined]);
  });
});

describe("formatAlarm()", () => {
  const at = new Date(Date.UTC(2026, 0, 1));
  const ring = { rule: "urgentLow", priority: "urgent", at, active: [], reading: { mgDl: 52, datetime: at } } as const;
  for (const [event, text] of [
    [{ ...ring, type: "raised", ageMs: 20_000 }, "Urgent low: 52 mg/dL"],
    [{ ...ring, type: "reminder", ageMs: 25 * MINUTE_MS }, "Still urgent low: 52 mg/dL, 25 min ago, nothing since"],
    [
      { ...ring, type: "recovered", reading: { mgDl: 61, datetime: at }, active: ["low"] },
      "No longer urgent low: 61 mg/dL, still low",
    ],
    [{ ...ring, rule: "blind", type: "raised", isRefused: true }, "Dexcom refuses the login: 52 mg/dL"],
    [
      { ...ring, type: "worse", reading: { mgDl: 39, datetime: at } },
      "Urgent low, and falling below what the sensor measures: LOW",
    ],
    [
      {
        type: "missed",
        rule: "low",
        priority: "warning",
        at,
        active: [],
        from: at,
        to: new Date(+at + 20 * MINUTE_MS),
        lowest: 60,
      },
      "Missed low: down to 60 mg/dL within 20 min, since 2026-01-01T00:00:00.000Z",
    ],
    [
      { type: "state-lost", priority: "warning", at },
      "The saved state of the alarms could not be read: an alarm may be repeated",
    ],
  ] as const) {
    test(text, () => assert.equal(formatAlarm(event), text));
  }
});
