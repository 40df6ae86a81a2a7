import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { parseRecord, parseFast, type ParsedReading } from "../../src/wire/readings.ts";
import { record } from "../support/responses.ts";
import { runs } from "../support/fuzzing.ts";

describe("the fast path for today's record", () => {
  /** What the schema makes of it. */
  const bySchema = (value: unknown): ParsedReading | undefined => {
    const read = parseRecord(value);
    return "json" in read ? read : undefined;
  };

  test("takes what the schema takes and makes the same of it", () => {
    const usual = record();
    assert.deepEqual(parseFast(usual), bySchema(usual));
    assert.ok(parseFast(usual), "the fast path is taken");
    assert.deepEqual(parseFast(usual, "-0400"), bySchema(usual));
    assert.deepEqual(parseFast(usual, "+0100"), bySchema(usual));
  });

  const anyDigits = fc.oneof(
    { weight: 6, arbitrary: fc.nat({ max: 4e12 }).map(String) },
    fc.bigInt({ min: 0n, max: 10n ** 17n }).map(String),
    fc.constantFrom("", "-1", "0", "00012"),
  );
  const anyZone = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom("-0400", "+0000", "+0530", "+1959") },
    fc.constantFrom("", "-04:00", "-2400", "+0060", "0400", "Z", "-04000", "-040", "--400", "+2000"),
    fc.string({ maxLength: 5 }),
  );
  const anyDate = fc.oneof(
    { weight: 4, arbitrary: fc.tuple(anyDigits, anyZone).map(([digits, zone]) => `Date(${digits}${zone})`) },
    fc.tuple(anyDigits, anyZone).map(([digits, zone]) => `/Date(${digits}${zone})/`),
    fc
      .tuple(fc.constantFrom("date(", "Date", "(", "Date("), anyDigits, fc.constantFrom("", ")", "))", ") "))
      .map((parts) => parts.join("")),
    fc.constantFrom(undefined, null, 5, {}, ""),
  );
  const anyValue = fc.oneof(
    fc.integer({ min: -5, max: 500 }),
    fc.double(),
    fc.constantFrom("132", "12", "", null, undefined, "1e2", 132.5, 2 ** 53),
  );
  const anyTrend = fc.oneof(
    fc.constantFrom("Flat", "flat", "FORTY FIVE UP", 4, "4", 10, "", null, undefined, "toString"),
    fc.string(),
  );

  const perhaps = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
    fc.option(arbitrary, { nil: undefined, freq: 2 });
  /** A place, from the end where it is below 0, and what comes there. */
  const oneCharacter = fc.tuple(
    fc.oneof(fc.nat({ max: 20 }), fc.integer({ min: -7, max: -1 })),
    fc.oneof(fc.constantFrom("", "0", "7", ")", "(", "-", "+", " "), fc.string({ maxLength: 1 })),
  );

  /** A usual record, in which a few things have been changed: near misses rather than noise. */
  const nearMiss = fc
    .record({
      digits: anyDigits,
      zone: anyZone,
      field: perhaps(
        fc.oneof(
          fc.tuple(fc.constantFrom("WT", "ST", "DT"), anyDate),
          fc.tuple(fc.constant("Value"), anyValue),
          fc.tuple(fc.constant("Trend"), anyTrend),
          fc.tuple(fc.constant("More"), fc.anything()),
        ),
      ),
      edit: perhaps(fc.tuple(fc.constantFrom(["WT", "ST", "DT"], ["WT", "ST"], ["WT"], ["DT"]), oneCharacter)),
    })
    .map(({ digits, zone, field, edit }) => {
      const made: Record<string, unknown> = {
        ...record(),
        WT: `Date(${digits})`,
        ST: `Date(${digits})`,
        DT: `Date(${digits}${zone})`,
        ...(field && { [field[0]]: field[1] }),
      };
      // In several dates the same, so that they stay alike.
      for (const key of edit?.[0] ?? []) {
        const text = made[key];
        const [at, character] = edit![1];
        if (typeof text === "string") made[key] = text.slice(0, at) + character + text.slice(at).slice(1);
      }
      return made;
    });

  test("agrees with the schema on every record that it takes, near misses before all", () => {
    const tries = runs(5000);
    let taken = 0;
    fc.assert(
      fc.property(nearMiss, fc.option(anyZone, { nil: undefined }), (made, knownZone) => {
        const fast = parseFast(made, isOffset(knownZone) ? knownZone : undefined);
        if (fast === undefined) return;
        taken++;
        assert.deepEqual(fast, bySchema(made));
      }),
      tries,
    );
    const share = taken / tries.numRuns;
    assert.ok(share > 0.1 && share < 0.9, `${taken} of ${tries.numRuns} were taken: the others are the near misses`);
  });

  test("leaves anything else to the schema", () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        const fast = parseFast(value);
        if (fast !== undefined) assert.deepEqual(fast, bySchema(value));
      }),
      runs(500),
    );
  });

  function isOffset(text: string | undefined): boolean {
    return text !== undefined && /^[+-][01]\d[0-5]\d$/.test(text);
  }
});
