import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { parseWireDate, readSystemTime } from "../../src/wire/dates.ts";
import { runs } from "../support/fuzzing.ts";
import { shown } from "../support/shown.ts";

describe("a date of the service", () => {
  for (const [value, time, offset] of [
    // Both syntaxes (PROTOCOL.md, "Date syntax").
    ["Date(1691239553000)", 1691239553000, undefined],
    ["Date(1691239553000-0400)", 1691239553000, "-0400"],
    ["Date(1691239553000-0700)", 1691239553000, "-0700"],
    ["Date(1691239553000+0000)", 1691239553000, "+0000"],
    ["Date(1691239553000+0530)", 1691239553000, "+0530"],
    ["Date(1691239553000+0930)", 1691239553000, "+0930"],
    ["Date(1691239553000+1345)", 1691239553000, "+1345"],
    ["/Date(1426784306000)/", 1426784306000, undefined],
    ["/Date(1426780716000-0700)/", 1426780716000, "-0700"],
    // G7-era: any millisecond.
    ["Date(1745081013817+0900)", 1745081013817, "+0900"],
    // Before 1970, and the ends of what a Date can hold.
    ["Date(-1000+0100)", -1000, "+0100"],
    ["Date(0)", 0, undefined],
    ["Date(8640000000000000)", 8.64e15, undefined],
    ["Date(-8640000000000000)", -8.64e15, undefined],
  ] as const) {
    test(`${value} is ${time}${offset ? ` and ${offset}` : ""}`, () => {
      assert.deepEqual(parseWireDate(value), { time, offset });
    });
  }

  for (const value of [
    "",
    "Date()",
    "Date(-)",
    "Date(1691239553000",
    "1691239553000",
    "Date(1691239553000) ",
    " Date(1691239553000)",
    "date(1691239553000)",
    "Date(1691239553000.5)",
    "Date(1e12)",
    "Date(1691239553000-04)",
    "Date(1691239553000-04:00)",
    "Date(1691239553000-0460)",
    "Date(1691239553000-2400)",
    "Date(1691239553000Z)",
    "Date(1691239553000--0400)",
    "Date(1691239553000)Date(1691239553000)",
    "Date(1691239553000)\n",
    "Date(8640000000000001)",
    "Date(99999999999999999)",
    "Date(١٦٩١)",
    "2023-08-05T12:45:53Z",
    1691239553000,
    null,
    undefined,
    {},
    [],
    ["Date(1691239553000)"],
    new Date(0),
    true,
  ]) {
    test(`${shown(value)} is not a date`, () => assert.equal(parseWireDate(value), undefined));
  }

  const anyTime = fc.integer({ min: -8.64e15, max: 8.64e15 });
  const anyOffset = fc.option(
    fc
      .tuple(fc.constantFrom("+", "-"), fc.integer({ min: 0, max: 19 }), fc.integer({ min: 0, max: 59 }))
      .map(([sign, hours, minutes]) => `${sign}${String(hours).padStart(2, "0")}${String(minutes).padStart(2, "0")}`),
    { nil: undefined },
  );

  test("comes back whole, with or without slashes and offset", () => {
    fc.assert(
      fc.property(anyTime, anyOffset, fc.constantFrom("", "/"), (time, offset, slash) => {
        assert.deepEqual(parseWireDate(`${slash}Date(${time}${offset ?? ""})${slash}`), { time, offset });
      }),
      runs(200),
    );
  });

  test("with one character changed never becomes another offset's or no number", () => {
    const changed = fc.tuple(anyTime, anyOffset, fc.nat(), fc.string({ minLength: 1, maxLength: 1 }));
    fc.assert(
      fc.property(changed, ([time, offset, at, character]) => {
        const text = `Date(${time}${offset ?? ""})`;
        const place = at % text.length;
        const found = parseWireDate(text.slice(0, place) + character + text.slice(place + 1));
        if (found === undefined) return;
        assert.ok(Number.isSafeInteger(found.time));
        assert.ok(!Number.isNaN(new Date(found.time).getTime()));
        assert.match(found.offset ?? "+0000", /^[+-]\d{4}$/);
      }),
      runs(1000),
    );
  });
});

describe("the response of SystemUtcTime", () => {
  for (const [text, time] of [
    [String.raw`{"DateTime":"\/Date(1426767421178)\/","OffsetMinutes":0}`, 1426767421178],
    ['{"DateTime":"Date(1426767421178)"}', 1426767421178],
    ['{ "DateTime" : "Date(1426767421178+0000)" }', 1426767421178],
    [
      '<DateTimeOffset xmlns="http://example.com/"><DateTime>2015-03-19T12:17:01.1781234Z</DateTime></DateTimeOffset>',
      1426767421178,
    ],
    [
      '<?xml version="1.0"?>\n<a><DateTime>2015-03-19T12:17:01Z</DateTime><OffsetMinutes>0</OffsetMinutes></a>',
      1426767421000,
    ],
    ["<a><b:DateTime xml:lang='en'>2015-03-19T12:17:01Z</b:DateTime></a>", NaN],
    ["<a><DateTime>2015-13-19T12:17:01Z</DateTime></a>", NaN],
    ["<a><DateTime>2015-03-19</DateTime></a>", NaN],
    ["<a><DateTime>today, at a quarter past</DateTime></a>", NaN],
    ['{"DateTime":null}', NaN],
    ['{"DateTime":"Date(99999999999999999999999)"}', NaN],
    ["1426767421178", NaN],
    ["<!doctype html><title>Sign in</title>", NaN],
    ["", NaN],
  ] as const) {
    test(`${text || "nothing"} is ${time || "no time"}`, () => assert.equal(readSystemTime(text), time));
  }
});
