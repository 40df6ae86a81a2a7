import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { NEWEST_MS, record } from "../support/responses.ts";
import { runs } from "../support/fuzzing.ts";
import { shown } from "../support/shown.ts";
import { figures, parse, pathsOf } from "./parse-readings.ts";

describe("a response of readings", () => {
  test("is read record for record", () => {
    const raw = record();
    assert.deepEqual(parse([raw]), [
      {
        mgDl: 132,
        trend: { trend: 3, direction: "FortyFiveUp", description: "rising slightly", arrow: "↗" },
        time: NEWEST_MS,
        timezone: "-0400",
        json: raw,
      },
    ]);
    assert.equal(parse([raw])[0]!.json, raw);
  });

  test("is empty if the service has no reading", () => assert.deepEqual(parse([]), []));

  for (const value of [null, undefined, {}, "", "[]", 0, true, { 0: record(), length: 1 }, { Readings: [] }]) {
    test(`is not ${shown(value)}: nothing becomes []`, () => assert.deepEqual(pathsOf(value), [[]]));
  }

  test("of 2015 is read too: slashes, trend in figures, and WT alone right", () => {
    const raw = {
      DT: "/Date(1426780716000-0700)/",
      ST: "/Date(1426784306000)/",
      Trend: 4,
      Value: 99,
      WT: "/Date(1426769941000)/",
    };
    const [reading] = parse([raw]);
    assert.equal(reading!.time, 1426769941000);
    assert.equal(reading!.timezone, "-0700");
    assert.equal(reading!.trend.trend, 4);
    assert.equal(reading!.mgDl, 99);
  });

  test("keeps what else a record holds", () => {
    const raw = record(0, { New: { a: 1 } });
    assert.equal(parse([raw])[0]!.json, raw);
  });
});

describe("the instant of a record", () => {
  const WT = "Date(3000)";
  const ST = "Date(2000)";
  const DT = "Date(1000+0900)";
  const time = (dates: object): number => parse([{ Value: 100, Trend: "Flat", ...dates }])[0]!.time;
  const timezone = (dates: object): string | undefined => parse([{ Value: 100, Trend: "Flat", ...dates }])[0]!.timezone;

  test("is WT, then ST, then DT", () => {
    assert.equal(time({ WT, ST, DT }), 3000);
    assert.equal(time({ WT, DT }), 3000);
    assert.equal(time({ WT, ST }), 3000);
    assert.equal(time({ ST, DT }), 2000);
    assert.equal(time({ ST }), 2000);
    assert.equal(time({ DT }), 1000);
  });

  test("has its offset from DT and from nowhere else", () => {
    assert.equal(timezone({ WT, ST, DT }), "+0900");
    assert.equal(timezone({ DT }), "+0900");
    assert.equal(timezone({ WT, ST }), undefined);
    assert.equal(timezone({ WT: "Date(3000-0700)", ST: "Date(3000-0700)", DT: "Date(3000)" }), undefined);
  });

  test("is never shifted by the offset", () => {
    for (const offset of ["-1000", "-0400", "+0000", "+0530", "+1345"])
      assert.equal(time({ DT: `Date(5000${offset})` }), 5000);
  });

  test("is there: a record without a date is refused", () => {
    assert.deepEqual(pathsOf([{ Value: 100, Trend: "Flat" }]), [[0]]);
    assert.deepEqual(pathsOf([{ WT: undefined, ST: undefined, DT: undefined, Value: 100, Trend: "Flat" }]), [[0]]);
  });

  for (const key of ["WT", "ST", "DT"]) {
    for (const value of [null, "", 0, NEWEST_MS, "2023-08-05", "Date()", {}, "now"]) {
      test(`is refused if ${key} is ${shown(value)}, though the others are right`, () => {
        assert.deepEqual(pathsOf([record(0, { [key]: value })]), [[0, key]]);
      });
    }
  }
});

describe("the figure of a record", () => {
  for (const [value, mgDl] of [
    [13, 13],
    [38, 38],
    [39, 39],
    [40, 40],
    [132, 132],
    [400, 400],
    [401, 401],
    [402, 402],
    [1000, 1000],
    ["39", 39],
    ["132", 132],
    ["0132", 132],
    ["401", 401],
  ] as const) {
    test(`is ${mgDl} for ${shown(value)}`, () =>
      assert.deepEqual(figures(parse([record(0, { Value: value })])), [mgDl]));
  }

  for (const value of [
    // Status codes of the receiver (PROTOCOL.md, "Value").
    0,
    1,
    2,
    3,
    4,
    5,
    6,
    7,
    8,
    9,
    10,
    11,
    12,
    "0",
    "9",
    "12",
    "012",
    null,
    undefined,
    "",
    " ",
    "  132",
    "132 ",
    "132mg",
    "132.5",
    "132.0",
    "1e2",
    "0x84",
    "-132",
    "+132",
    "NaN",
    "Infinity",
    "１３２",
    132.5,
    -1,
    -132,
    NaN,
    Infinity,
    2 ** 53,
    true,
    false,
    [132],
    {},
    { Value: 132 },
  ]) {
    test(`is not ${shown(value)}`, () => assert.deepEqual(pathsOf([record(0, { Value: value })]), [[0, "Value"]]));
  }
});

describe("the order of a response", () => {
  test("is newest first, however it came", () => {
    const readings = parse([10, 0, 15, 5].map((minutes) => record(minutes)));
    assert.deepEqual(
      readings.map(({ time }) => time),
      [0, 5, 10, 15].map((minutes) => NEWEST_MS - minutes * 60_000),
    );
  });

  test("does not change the caller's list", () => {
    const list = [record(5), record(0)];
    const before = [...list];
    parse(list);
    assert.deepEqual(list, before);
  });

  test("has records that are equal in all fields once", () => {
    assert.equal(parse([record(0), record(0)]).length, 1);
    assert.equal(parse([record(0), record(5), record(5), record(0), record(5)]).length, 2);
    // The same fields in another order are the same fields.
    assert.equal(parse([record(0), Object.fromEntries(Object.entries(record(0)).reverse())]).length, 1);
  });

  for (const [what, fields] of [
    ["figure", { Value: 133 }],
    ["trend", { Trend: "Flat" }],
    ["spelling of the trend", { Trend: 3 }],
    ["offset", { DT: `Date(${NEWEST_MS}-0500)` }],
    ["receiver's time", { ST: "Date(1000)" }],
    ["field that nobody knows", { New: 1 }],
    ["type of the figure", { Value: "132" }],
  ] as const) {
    test(`has two records of one instant that differ in the ${what}, both in the order they came`, () => {
      const pair = [record(0), record(0, fields)];
      assert.deepEqual(
        parse(pair).map(({ json }) => json),
        pair,
      );
      assert.deepEqual(
        parse(pair.toReversed()).map(({ json }) => json),
        pair.toReversed(),
      );
    });
  }

  test("a field that is an object is taken for different from any other, however deep it is", () => {
    let deep: unknown = 1;
    for (let depth = 0; depth < 100_000; depth++) deep = [deep];
    for (const field of [{ a: 1 }, [], deep])
      assert.equal(parse([record(0, { More: field }), record(0, { More: field })]).length, 2);
    assert.equal(parse([record(0, { More: 1 }), record(0, { More: 1 })]).length, 1);
  });

  test("holds for any response: newest first, nothing lost but doubles", () => {
    const anyRecords = fc.array(
      fc
        .record({ minutes: fc.nat({ max: 8 }), value: fc.integer({ min: 100, max: 102 }) })
        .map(({ minutes, value }) => record(minutes, { Value: value })),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(anyRecords, (records) => {
        const readings = parse(records);
        assert.ok(readings.every(({ time }, i) => i === 0 || time <= readings[i - 1]!.time));
        const distinct = new Set(records.map((one) => JSON.stringify(one)));
        assert.equal(readings.length, distinct.size);
        assert.deepEqual(new Set(readings.map(({ json }) => JSON.stringify(json))), distinct);
      }),
      runs(200),
    );
  });
});
