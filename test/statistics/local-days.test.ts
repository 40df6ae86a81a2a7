import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { profile, summarize, type GlucosePoint } from "../../src/statistics/index.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS, readings, steady } from "./series.ts";

/** Zone, the night on which its clocks change, and the hour of the day that has more or fewer readings. */
const NIGHTS: [zone: string, midnight: string, hours: number, hour: number, readings: number][] = [
  ["Europe/Berlin", "2026-03-28T23:00:00Z", 23, 2, 0],
  ["Europe/Berlin", "2026-10-24T22:00:00Z", 25, 2, 24],
  ["America/New_York", "2026-03-08T05:00:00Z", 23, 2, 0],
  ["America/New_York", "2026-11-01T04:00:00Z", 25, 1, 24],
  ["Australia/Lord_Howe", "2026-10-03T13:30:00Z", 23.5, 2, 6],
  ["Australia/Lord_Howe", "2026-04-04T13:00:00Z", 24.5, 1, 18],
];

describe("the night on which the clocks change", () => {
  for (const [timeZone, midnight, hours, hour, count] of NIGHTS) {
    test(`${timeZone}: a day of ${hours} hours is one complete date`, () => {
      const start = Date.parse(midnight);
      const points = readings(steady(hours * 12, 120), { start, timezone: null });
      const summary = summarize(points, { timeZone });
      assert.equal(summary.dates.value, 1);
      assert.equal(summary.completeness.value, 1);
      assert.deepEqual(summary.quarterCompleteness.value, [1, 1, 1, 1]);
      const byHour = profile(points, { timeZone, minDates: 1 }).map(({ readings: n }) => n);
      const expected = Array.from({ length: 24 }, (_, at) => (at === hour ? count : 12));
      assert.deepEqual(byHour, expected);
    });
  }

  test("the offsets of the readings say the same as the zone", () => {
    const start = Date.parse("2026-10-24T22:00:00Z");
    const points = readings(steady(25 * 12, 120), { start, timezone: null }).map((point, i) => ({
      ...point,
      timezone: i < 36 ? "+0200" : "+0100",
    }));
    assert.deepEqual(
      profile(points, { minDates: 1 }),
      profile(
        points.map(({ mgDl, datetime }) => ({ mgDl, datetime })),
        { minDates: 1, timeZone: "Europe/Berlin" },
      ),
    );
  });

  test("a missing hour of that night lowers the first quarter of the day by as much", () => {
    const start = Date.parse("2026-10-24T22:00:00Z");
    const points = readings(steady(25 * 12, 120), { start, timezone: null });
    const { quarterCompleteness } = summarize(points.toSpliced(24, 12), { timeZone: "Europe/Berlin" });
    assert.deepEqual(quarterCompleteness.value, [6 / 7, 1, 1, 1]);
  });
});

test("on a journey each reading counts at the hour of its own offset, not of the option", () => {
  const start = Date.UTC(2026, 5, 1, 4);
  // A day in New York, a flight of seven hours with the clock of home, then a day in Berlin.
  const home = readings(steady(31 * 12, 100), { start, timezone: "-0400" });
  const away = readings(steady(24 * 12, 200), { start: start + 31 * HOUR_MS, timezone: "+0200" });
  const points = [...home, ...away];
  const hours = profile(points, { minDates: 1, timeZone: "Asia/Tokyo" });
  // The flight ends at 7 o'clock in New York, which is 13 o'clock in Berlin.
  assert.equal(hours[6]!.readings, 36);
  assert.equal(hours[7]!.readings, 24);
  assert.equal(hours[13]!.quantilesMgDl.value!.p95, 200);
  const summary = summarize(points);
  // The first and second of June at home; the second and third in Berlin.
  assert.equal(summary.dates.value, 3);
  assert.deepEqual(summary.quarterCompleteness.value, [1, 1, 1, 1]);
});

test("a leap day is a date of its own", () => {
  const points = readings(steady(3 * 288, 120), { start: Date.UTC(2028, 1, 28) });
  assert.equal(summarize(points).dates.value, 3);
  assert.deepEqual(
    profile(points, { minDates: 3 }).map(({ dates }) => dates),
    steady(24, 3),
  );
});

test("readings before 1970 and offsets of three quarters of an hour have local days too", () => {
  const points = readings(steady(288, 120), { start: Date.UTC(1969, 11, 30, 18, 15), timezone: "+0545" });
  assert.equal(summarize(points).dates.value, 1);
  assert.deepEqual(
    profile(points, { minDates: 1 }).map(({ readings: n }) => n),
    steady(24, 12),
  );
});

test("two weeks without a night are 75 % complete, and the quarter says so", () => {
  const all = readings(steady(14 * 288, 120));
  const isDay = ({ datetime }: GlucosePoint): boolean => datetime.getUTCHours() >= 6;
  const from = new Date(all[0]!.datetime);
  const { completeness, quarterCompleteness, gmiPercent } = summarize(all.filter(isDay), { from });
  assert.equal(completeness.value, 0.75);
  assert.deepEqual(quarterCompleteness.value, [0, 1, 1, 1]);
  assert.deepEqual(gmiPercent, { missing: "quarter-of-day", have: 0, need: 0.5 });
});

test("a quarter of the day that the window does not have is null", () => {
  const points = readings(steady(72, 120), { start: Date.UTC(2026, 0, 1, 6) });
  assert.deepEqual(summarize(points).quarterCompleteness.value, [null, 1, null, null]);
  assert.equal(summarize(points, { to: new Date(Date.UTC(2026, 0, 1) + DAY_MS + 5 * MINUTE_MS) }).dates.value, 1);
});
