import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { GlucoseReading } from "../src/glucose-reading.ts";
import { parseReadings } from "../src/wire/readings.ts";
import { NEWEST_MS, record } from "./support/responses.ts";

const reading = (fields?: Record<string, unknown>): GlucoseReading =>
  GlucoseReading.from(parseReadings([record(0, fields)], () => ({}))[0]!);

describe("a glucose reading", () => {
  test("has the named fields, and the record as it came", () => {
    const raw = record();
    const one = GlucoseReading.from(parseReadings([raw], () => ({}))[0]!);
    assert.deepEqual(
      { ...(one as object) },
      {
        mgDl: 132,
        mmolL: 7.3,
        trend: 3,
        trendDirection: "FortyFiveUp",
        trendDescription: "rising slightly",
        trendArrow: "↗",
        datetime: new Date("2023-08-05T12:45:53.000Z"),
        timezone: "-0400",
        level: "in-range",
      },
    );
    assert.equal(one.json, raw as never);
  });

  test("becomes JSON without the raw record: what a handler returns", () => {
    assert.deepEqual(JSON.parse(JSON.stringify(reading())), {
      mgDl: 132,
      mmolL: 7.3,
      trend: 3,
      trendDirection: "FortyFiveUp",
      trendDescription: "rising slightly",
      trendArrow: "↗",
      datetime: "2023-08-05T12:45:53.000Z",
      timezone: "-0400",
      level: "in-range",
    });
  });

  test("is its figure as text", () => {
    assert.equal(reading().toString(), "132");
    assert.equal(`${String(reading({ Value: 39 }))} mg/dL`, "39 mg/dL");
  });

  // × 0.0555, one decimal; ties go up, though 0.0555 is no binary fraction.
  for (const [mgDl, mmolL] of [
    [13, 0.7],
    [39, 2.2],
    [40, 2.2],
    [70, 3.9],
    [80, 4.4],
    [99, 5.5],
    [100, 5.6],
    [132, 7.3],
    [171, 9.5],
    [180, 10],
    [200, 11.1],
    [300, 16.7],
    [400, 22.2],
    [401, 22.3],
  ] as const) {
    test(`of ${mgDl} mg/dL is ${mmolL} mmol/L`, () => assert.equal(reading({ Value: mgDl }).mmolL, mmolL));
  }

  test("has of mmol/L what integers say: every figure × 555, rounded by whole numbers", () => {
    for (let mgDl = 13; mgDl <= 600; mgDl++) {
      assert.equal(reading({ Value: mgDl }).mmolL, Math.floor((mgDl * 555 + 500) / 1000) / 10);
    }
  });

  for (const [mgDl, level] of [
    [13, "low"],
    [38, "low"],
    [39, "low"],
    [40, "in-range"],
    [55, "in-range"],
    [400, "in-range"],
    [401, "high"],
    [402, "high"],
    [999, "high"],
  ] as const) {
    test(`of ${mgDl} is ${level}: what the sensor can measure, not a person's target`, () => {
      assert.equal(reading({ Value: mgDl }).level, level);
    });
  }

  test("has the time of the record to the millisecond, as a Date of its own", () => {
    const parsed = parseReadings([record(0, { WT: "Date(1745081013817)" })], () => ({}))[0]!;
    const one = GlucoseReading.from(parsed);
    assert.equal(one.datetime.getTime(), 1745081013817);
    one.datetime.setTime(0);
    assert.equal(GlucoseReading.from(parsed).datetime.getTime(), 1745081013817);
  });

  test("without an offset has no timezone, not even the machine's", () => {
    const one = reading({ DT: `Date(${NEWEST_MS})` });
    assert.equal(one.timezone, undefined);
    assert.ok(!("timezone" in (JSON.parse(JSON.stringify(one)) as object)));
  });
});

const plain = (one: GlucoseReading): Record<string, unknown> =>
  JSON.parse(JSON.stringify(one)) as Record<string, unknown>;
const at = (minutes: number, mgDl = 132): GlucoseReading =>
  reading({ WT: `Date(${NEWEST_MS + minutes * 60_000})`, Value: mgDl });

describe("a reading for people", () => {
  for (const [mgDl, inMgDl, inMmolL, labelled] of [
    [13, "LOW", "LOW", "LOW"],
    [39, "LOW", "LOW", "LOW"],
    [40, "40", "2.2", "2.2 mmol/L"],
    [126, "126", "7.0", "7.0 mmol/L"],
    [132, "132", "7.3", "7.3 mmol/L"],
    [180, "180", "10.0", "10.0 mmol/L"],
    [400, "400", "22.2", "22.2 mmol/L"],
    [401, "HIGH", "HIGH", "HIGH"],
  ] as const) {
    test(`shows ${mgDl} mg/dL as ${inMgDl} or ${labelled}`, () => {
      const one = reading({ Value: mgDl });
      assert.equal(one.format(), inMgDl);
      assert.equal(one.format("mg/dL"), inMgDl);
      assert.equal(one.format("mmol/L"), inMmolL);
      assert.equal(one.format("mmol/L", { unitLabel: true }), labelled);
    });
  }

  test("knows its age at a time that is given as a Date or in milliseconds", () => {
    const one = reading();
    const time = one.datetime.getTime();
    assert.equal(one.ageMs(time + 90_000), 90_000);
    assert.equal(one.ageMs(new Date(time + 90_000)), 90_000);
    assert.equal(one.ageMs(time - 60_000), -60_000);
  });

  test("is stale when it is older than fifteen minutes, or than the given age", () => {
    const one = reading();
    const time = one.datetime.getTime();
    assert.equal(one.isStale(time + 900_000), false);
    assert.equal(one.isStale(time + 900_001), true);
    assert.equal(one.isStale(time + 300_001, 300_000), true);
    assert.equal(one.isStale(), true);
  });

  for (const [name, now, previous, delta] of [
    ["five minutes apart", at(0, 132), at(-5, 120), 12],
    ["nine minutes apart", at(0, 100), at(-9, 120), -20],
    ["more than nine minutes apart", at(0, 100), at(-9.01, 120), undefined],
    ["at one instant", at(0, 100), at(0, 120), undefined],
    ["in the wrong order", at(-5, 100), at(0, 120), undefined],
    ["of which the newer one is LOW", at(0, 39), at(-5, 45), undefined],
    ["of which the older one is HIGH", at(0, 390), at(-5, 401), undefined],
    ["of which one is missing", at(0), undefined, undefined],
  ] as const) {
    test(`has the change ${String(delta)} between two ${name}`, () => assert.equal(now.delta(previous), delta));
  }

  for (const [offset, local] of [
    ["-0400", "08:45"],
    ["+0000", "12:45"],
    ["+0530", "18:15"],
    ["-0330", "09:15"],
    ["+1400", "02:45"],
    ["", "12:45"],
  ] as const) {
    test(`has the local time ${local} with the offset "${offset}"`, () => {
      assert.equal(reading({ DT: `Date(${NEWEST_MS}${offset})` }).localTime(), local);
    });
  }
});

describe("a reading from its JSON", () => {
  test("equals the reading that it was, whatever its figure, trend, offset and instant", () => {
    const anyReading = fc.record({
      Value: fc.integer({ min: 13, max: 600 }),
      Trend: fc.integer({ min: 0, max: 9 }),
      time: fc.integer({ min: 0, max: 4e12 }),
      offset: fc.constantFrom("", "+0000", "-0930", "+1400"),
      late: fc.boolean(),
    });
    fc.assert(
      fc.property(anyReading, ({ Value, Trend, time, offset, late }) => {
        const raw = { WT: `Date(${time})`, DT: `Date(${time}${offset})`, Value, Trend };
        const parsed = parseReadings([raw], () => ({}))[0]!;
        const one = GlucoseReading.from(late ? { ...parsed, late } : parsed);
        const restored = GlucoseReading.fromJSON(plain(one));
        assert.deepEqual(restored, one);
        assert.ok(restored instanceof GlucoseReading);
        // What is rebuilt as a record reads the same.
        const again = parseReadings([restored.json], () => ({}))[0]!;
        assert.deepEqual(GlucoseReading.from(late ? { ...again, late } : again), one);
      }),
    );
  });

  test("takes toJSON() itself, and the reading", () => {
    const one = reading();
    assert.deepEqual(GlucoseReading.fromJSON(one.toJSON()), one);
    assert.deepEqual(GlucoseReading.fromJSON(one), one);
  });

  test("keeps the name of a trend that the service alone knows", () => {
    const parsed = parseReadings([record(0, { Trend: "Sideways" })], () => ({}), { onBad: () => undefined })[0]!;
    const one = GlucoseReading.from(parsed);
    assert.deepEqual([one.trend, one.trendDirection], [8, "Sideways"]);
    assert.deepEqual(GlucoseReading.fromJSON(plain(one)), one);
  });

  for (const [field, values] of Object.entries({
    mgDl: [undefined, null, "132", 132.5, 12, 0, -40, NaN],
    trend: [undefined, null, 10, -1, "Flat", 3.5, "toString", "length"],
    datetime: [undefined, null, "", "yesterday", "2023-08-05", "2023-08-05T12:45:53", 1691239553000, new Date(NaN)],
    timezone: [null, "", "-04:00", "EDT", -240, "+9900"],
    late: [null, false, "true", 1],
  })) {
    for (const value of values) {
      test(`refuses ${field}: ${JSON.stringify(value)}, and names it`, () => {
        assert.throws(() => GlucoseReading.fromJSON({ ...plain(reading()), [field]: value }), {
          name: "ArgumentError",
          message: `${field} is missing or invalid in the JSON of a reading`,
        });
      });
    }
  }

  for (const given of [undefined, null, 132, "132", [], {}]) {
    test(`refuses ${JSON.stringify(given)}`, () => {
      assert.throws(() => GlucoseReading.fromJSON(given), { name: "ArgumentError" });
    });
  }
});
