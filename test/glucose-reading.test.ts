import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { GlucoseReading } from "../src/glucose-reading.ts";
import { parseReadings } from "../src/wire/readings.ts";
import { NEWEST_MS, record } from "./support/answers.ts";

const reading = (fields?: Record<string, unknown>): GlucoseReading =>
  new GlucoseReading(parseReadings([record(0, fields)], () => ({}))[0]!);

describe("a glucose reading", () => {
  test("has the named fields, and the record as it came", () => {
    const raw = record();
    const { ...fields } = new GlucoseReading(parseReadings([raw], () => ({}))[0]!);
    assert.deepEqual(fields, {
      mgDl: 132,
      mmolL: 7.3,
      trend: 3,
      trendDirection: "FortyFiveUp",
      trendDescription: "rising slightly",
      trendArrow: "↗",
      datetime: new Date("2023-08-05T12:45:53.000Z"),
      timezone: "-0400",
      level: "in-range",
      json: raw,
    });
    assert.equal(fields.json, raw as never);
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
    const one = new GlucoseReading(parsed);
    assert.equal(one.datetime.getTime(), 1745081013817);
    one.datetime.setTime(0);
    assert.equal(new GlucoseReading(parsed).datetime.getTime(), 1745081013817);
  });

  test("without an offset has none, also not our own", () => {
    const one = reading({ DT: `Date(${NEWEST_MS})` });
    assert.equal(one.timezone, undefined);
    assert.ok(!("timezone" in (JSON.parse(JSON.stringify(one)) as object)));
  });
});
