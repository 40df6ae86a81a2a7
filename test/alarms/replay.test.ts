import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import { DEFAULT_RULES, formatAlarm, replay, type AlarmName, type ReplayReport } from "../../src/alarms/index.ts";
import { generateReadings } from "../../src/simulator/index.ts";

const MINUTE_MS = 60_000;

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
    if (process.env["SHOW_FIGURES"])
      console.log(figures(replay(DEFAULT_RULES, grid14, { unit: "mg/dL" })), report.lows);
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
