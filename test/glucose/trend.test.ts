import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { parseTrend, TRENDS } from "../../src/glucose/trend.ts";
import { runs } from "../support/fuzzing.ts";
import { shown } from "../support/shown.ts";

/** PROTOCOL.md, "Trend", by number. */
const EXPECTED = [
  ["None", "", ""],
  ["DoubleUp", "rising quickly", "↑↑"],
  ["SingleUp", "rising", "↑"],
  ["FortyFiveUp", "rising slightly", "↗"],
  ["Flat", "steady", "→"],
  ["FortyFiveDown", "falling slightly", "↘"],
  ["SingleDown", "falling", "↓"],
  ["DoubleDown", "falling quickly", "↓↓"],
  ["NotComputable", "unable to determine trend", "?"],
  ["RateOutOfRange", "trend unavailable", "-"],
] as const;

describe("a trend", () => {
  for (const [trend, [direction, description, arrow]] of EXPECTED.entries()) {
    test(`${trend} is ${direction}, in words and as an arrow`, () => {
      assert.deepEqual(TRENDS[trend], { trend, direction, description, arrow });
    });

    const words = direction.replace(/(?<=.)(?=[A-Z])/g, " ");
    const spellings = [
      trend,
      String(trend),
      direction,
      direction.toUpperCase(),
      direction.toLowerCase(),
      words,
      words.toUpperCase(),
      words.toLowerCase().replaceAll(" ", "_"),
      words.replaceAll(" ", "-"),
      ` ${words.replaceAll(" ", "  ")} `,
    ];
    test(`${direction} is known in every spelling on record`, () => {
      for (const spelling of spellings) assert.equal(parseTrend(spelling), TRENDS[trend], JSON.stringify(spelling));
    });
  }

  test("of a bridge's OUT OF RANGE is RateOutOfRange", () => {
    for (const spelling of ["OUT OF RANGE", "OutOfRange", "out_of_range"]) assert.equal(parseTrend(spelling)?.trend, 9);
  });

  for (const value of [
    "toString",
    "constructor",
    "__proto__",
    "hasOwnProperty",
    "valueOf",
    "length",
    "",
    " ",
    "10",
    "-1",
    "4.0",
    "4.5",
    "0x4",
    "four",
    "flatter",
    "Flat!",
    "ＦＬＡＴ",
    10,
    -1,
    4.5,
    NaN,
    Infinity,
    null,
    undefined,
    true,
    [4],
    ["Flat"],
    { trend: 4 },
    4n,
  ]) {
    test(`is never guessed from ${shown(value)}`, () => {
      assert.equal(parseTrend(value), undefined);
    });
  }

  test("is found whatever the case and spacing of its name", () => {
    const spelt = fc.constantFrom(...TRENDS).chain((info) =>
      fc
        .array(fc.tuple(fc.boolean(), fc.constantFrom("", " ", "_", "-")), {
          minLength: info.direction.length,
          maxLength: info.direction.length,
        })
        .map((choices) => ({
          info,
          name: Array.from(info.direction)
            .map((letter, i) => `${choices[i]![0] ? letter.toUpperCase() : letter.toLowerCase()}${choices[i]![1]}`)
            .join(""),
        })),
    );
    fc.assert(
      fc.property(spelt, ({ info, name }) => parseTrend(name) === info),
      runs(200),
    );
  });

  test("gives a trend or nothing for anything at all", () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        const found = parseTrend(value);
        return found === undefined || TRENDS.includes(found);
      }),
      runs(500),
    );
  });
});
