import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { parseTrend, TRENDS } from "../../src/glucose/trend.ts";
import { parseWireDate } from "../../src/wire/dates.ts";
import { parseRecord, parseFast } from "../../src/wire/readings.ts";
import { runs } from "../support/fuzzing.ts";
import { likeRecord, likeUsual, usualRecord } from "../support/like-records.ts";
import { failOnUnhandledRejections } from "../support/unhandled-rejections.ts";

failOnUnhandledRejections();

const NUMBER_OF: Readonly<Record<string, number>> = {
  none: 0,
  doubleup: 1,
  singleup: 2,
  fortyfiveup: 3,
  flat: 4,
  fortyfivedown: 5,
  singledown: 6,
  doubledown: 7,
  notcomputable: 8,
  rateoutofrange: 9,
  outofrange: 9,
};

const offset = fc
  .record({ sign: fc.constantFrom("+", "-"), minutes: fc.integer({ min: 0, max: 19 * 60 + 59 }) })
  .map(({ sign, minutes }) => {
    const two = (part: number): string => String(part).padStart(2, "0");
    return `${sign}${two(Math.floor(minutes / 60))}${two(minutes % 60)}`;
  });

describe("dates and trends", () => {
  test("a date comes back as it was written", () => {
    const time = fc.integer({ min: -8.64e15, max: 8.64e15 });
    const property = fc.property(
      time,
      fc.option(offset, { nil: undefined }),
      fc.constantFrom("", "/"),
      (time, offset, slash) => {
        assert.deepEqual(parseWireDate(`${slash}Date(${time}${offset ?? ""})${slash}`), { time, offset });
      },
    );
    fc.assert(property, runs(500));
  });

  test("a text that is read as a date is one from end to end", () => {
    const nearly = fc.stringMatching(/^\/?(Date|date)?\(?-?\d{0,17}([+-]\d{0,5})?\)?\/?.?$/);
    const property = fc.property(fc.oneof(nearly, fc.string(), fc.anything()), (value) => {
      const date = parseWireDate(value);
      if (!date) return;
      assert.ok(!Number.isNaN(new Date(date.time).getTime()));
      const digits = /\((-?)0*(\d+)(?:[+-]\d{4})?\)/.exec(String(value))!;
      assert.equal(Math.abs(date.time), Number(digits[2]));
      assert.ok(
        String(value)
          .replaceAll("/", "")
          .endsWith(`${date.offset ?? ""})`),
      );
    });
    fc.assert(property, runs(1000));
  });

  test("a trend is known by its number, its digit and its name in any case and spacing", () => {
    const mangle = (name: string, picks: readonly number[]): string =>
      Array.from(name, (letter) => letter)
        .map(
          (letter, i) =>
            [letter, letter.toUpperCase(), letter.toLowerCase(), ` ${letter}`, `${letter}_`, `-${letter}`][
              picks[i % picks.length]!
            ],
        )
        .join("");
    const picks = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 14 });
    const property = fc.property(fc.integer({ min: 0, max: 9 }), picks, (trend, picks) => {
      for (const spelling of [trend, String(trend), mangle(TRENDS[trend]!.direction, picks)]) {
        assert.equal(parseTrend(spelling)?.trend, trend, String(spelling));
      }
    });
    fc.assert(property, runs(300));
  });

  test("nothing else is a trend", () => {
    const inherited = fc.constantFrom(
      "toString",
      "constructor",
      "__proto__",
      "length",
      "at",
      "-1",
      "10",
      "1.0",
      "",
      " ",
      "NaN",
    );
    fc.assert(
      fc.property(fc.oneof(inherited, fc.string(), fc.anything(), fc.double(), fc.integer()), (value) => {
        const trend = parseTrend(value)?.trend;
        const expected =
          typeof value === "string" && !/^\d$/.test(value)
            ? NUMBER_OF[value.toLowerCase().replace(/[\s_-]/g, "")]
            : value;
        if (trend !== undefined) assert.ok(trend === Number(expected), String(value));
      }),
      runs(1000),
    );
  });
});

describe("the short way for usual records", () => {
  test("reads what the schema reads, and nothing else", () => {
    let short = 0;
    const property = fc.property(
      fc.oneof({ weight: 6, arbitrary: likeUsual }, likeRecord, fc.anything()),
      fc.option(offset, { nil: undefined }),
      (record, knownZone) => {
        const usual = parseFast(record, knownZone);
        if (usual === undefined) return;
        short++;
        assert.deepEqual(usual, parseRecord(record));
      },
    );
    fc.assert(property, runs(5000));
    assert.ok(short > 500, `only ${short} went the short way`);
  });

  test("is taken by every usual record", () => {
    const time = fc.integer({ min: 0, max: 999_999_999_999_999 });
    const property = fc.property(
      time,
      fc.integer({ min: 13, max: 600 }),
      offset,
      fc.constantFrom(...TRENDS),
      (time, figure, offset, { direction }) => {
        const record = { ...usualRecord(time, figure, offset), Trend: direction };
        assert.deepEqual(parseFast(record), parseRecord(record));
        assert.deepEqual(parseFast(record, offset), parseRecord(record));
      },
    );
    fc.assert(property, runs(500));
  });
});
