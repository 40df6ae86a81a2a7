import assert from "node:assert/strict";
import { test } from "node:test";
import { ArgumentError } from "../../src/errors.ts";
import { fromEntry, toEntry } from "../../src/nightscout/entry.ts";
import type { Trend } from "../../src/glucose/trend.ts";

const TIME = 1426292039000;
const DATETIME = new Date(TIME);

/** Trends by number, as Nightscout names them. */
const NAMES: readonly (readonly [Trend, string])[] = [
  [0, "NONE"],
  [1, "DoubleUp"],
  [2, "SingleUp"],
  [3, "FortyFiveUp"],
  [4, "Flat"],
  [5, "FortyFiveDown"],
  [6, "SingleDown"],
  [7, "DoubleDown"],
  [8, "NOT COMPUTABLE"],
  [9, "RATE OUT OF RANGE"],
];

test("an entry has the fields that a Nightscout and a clock read", () => {
  assert.deepEqual(toEntry({ mgDl: 101, datetime: DATETIME, trend: 4 }), {
    type: "sgv",
    sgv: 101,
    date: 1426292039000,
    dateString: "2015-03-14T00:13:59.000Z",
    trend: 4,
    direction: "Flat",
    device: "dexcom-share-ts",
  });
  assert.equal(toEntry({ mgDl: 101, datetime: DATETIME }, "kitchen")?.device, "kitchen");
});

for (const [trend, direction] of NAMES) {
  test(`trend ${trend} is ${direction}, there and back`, () => {
    const entry = toEntry({ mgDl: 120, datetime: DATETIME, trend });
    assert.equal(entry?.direction, direction);
    assert.equal(entry.trend, trend);
    assert.deepEqual(fromEntry(entry), { mgDl: 120, datetime: DATETIME, trend });
    assert.equal(fromEntry({ type: "sgv", sgv: 120, date: TIME, direction })?.trend, trend);
    assert.equal(fromEntry({ type: "sgv", sgv: 120, date: TIME, trend })?.trend, trend);
  });
}

for (const [mgDl, sgv] of [
  [0, undefined],
  [12, undefined],
  [38, undefined],
  [39, 39],
  [40, 40],
  [400, 400],
  [401, 401],
  [402, 402],
] as const) {
  test(`a figure of ${mgDl} mg/dL becomes ${sgv === undefined ? "no entry" : `sgv ${sgv}`}, there and back`, () => {
    assert.equal(toEntry({ mgDl, datetime: DATETIME })?.sgv, sgv);
    assert.equal(fromEntry({ type: "sgv", sgv: mgDl, date: TIME })?.mgDl, sgv);
  });
}

test("a reading without a trend is NONE, and an entry without a direction has no trend", () => {
  assert.equal(toEntry({ mgDl: 120, datetime: DATETIME })?.direction, "NONE");
  assert.deepEqual(fromEntry({ type: "sgv", sgv: 120, date: TIME }), { mgDl: 120, datetime: DATETIME });
  assert.deepEqual(fromEntry({ type: "sgv", sgv: 120, date: TIME, direction: "toString" }), {
    mgDl: 120,
    datetime: DATETIME,
  });
});

for (const [what, entry] of [
  ["a calibration", { type: "cal", slope: 895, date: TIME }],
  ["a finger prick", { type: "mbg", mbg: 101, date: TIME }],
  ["an entry without a figure", { type: "sgv", date: TIME }],
  ["an empty figure", { type: "sgv", sgv: "", date: TIME }],
  ["null in place of a figure", { type: "sgv", sgv: null, date: TIME }],
  ["an entry without a date", { type: "sgv", sgv: 101 }],
  ["a date that is none", { type: "sgv", sgv: 101, dateString: "yesterday" }],
  ["null", null],
  ["text", "sgv"],
] as const) {
  test(`${what} is no reading`, () => {
    assert.equal(fromEntry(entry), undefined);
  });
}

test("an entry's instant is its date, else its mills, else its dateString", () => {
  const at = (fields: object): number | undefined =>
    fromEntry({ type: "sgv", sgv: 101, ...fields })?.datetime.getTime();
  assert.equal(at({ date: TIME, mills: 1, dateString: "2020-01-01T00:00:00Z" }), TIME);
  assert.equal(at({ date: String(TIME) }), TIME);
  assert.equal(at({ mills: TIME }), TIME);
  assert.equal(at({ dateString: "2015-03-14T00:13:59.000Z" }), TIME);
});

test("figures with a fraction or in a string are read", () => {
  assert.equal(fromEntry({ type: "sgv", sgv: "101", date: TIME })?.mgDl, 101);
  assert.equal(fromEntry({ type: "sgv", sgv: 100.6, date: TIME })?.mgDl, 101);
});

for (const [point, message] of [
  [undefined, "point must be a reading"],
  [{ mgDl: 100.5, datetime: DATETIME }, "point.mgDl must be a whole number from 0 to 1000"],
  [{ mgDl: NaN, datetime: DATETIME }, "point.mgDl must be a whole number from 0 to 1000"],
  [{ mgDl: 100, datetime: TIME }, "point.datetime must be a Date"],
  [{ mgDl: 100, datetime: new Date(NaN) }, "point.datetime must be a Date, or whole milliseconds since the Unix epoch"],
  [{ mgDl: 100, datetime: DATETIME, trend: 10 }, "point.trend must be a whole number from 0 to 9"],
  [{ mgDl: 100, datetime: DATETIME, trend: "length" }, "point.trend must be a whole number from 0 to 9"],
] as const) {
  test(`an invalid reading is an error: ${message}`, () => {
    assert.throws(() => toEntry(point as never), new ArgumentError(message));
  });
}
