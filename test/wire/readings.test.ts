import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { ServerError, type ErrorDetails } from "../../src/errors.ts";
import { parseReadings, parseRecord, parseFast, type BadRecord, type ParsedReading } from "../../src/wire/readings.ts";
import { NEWEST_MS, record } from "../support/answers.ts";
import { runs } from "../support/fuzzing.ts";
import { shown } from "../support/shown.ts";

import { usualRecord } from "../support/like-records.ts";

const details = (): ErrorDetails => ({ status: 200, attempts: 1 });
const parse = (records: unknown, onBad?: (bad: BadRecord) => void): ParsedReading[] =>
  parseReadings(records, details, onBad && { onBad });
const figures = (readings: readonly ParsedReading[]): number[] => readings.map(({ mgDl }) => mgDl);

/** What fails the answer, as paths: all in one error. */
function pathsOf(records: unknown): unknown[] {
  try {
    parse(records);
  } catch (error) {
    assert.ok(error instanceof ServerError);
    assert.equal(error.name, "ZodError");
    assert.equal(error.code, "INVALID_SHAPE");
    assert.equal(error.message, "Unexpected server response");
    assert.equal(error.status, 200);
    assert.ok(error.issues);
    return error.issues.map(({ path }) => path);
  }
  throw new Error("taken after all");
}

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

describe("a record that breaks a rule", () => {
  const BAD: readonly unknown[] = [
    null,
    undefined,
    0,
    "record",
    [],
    record(0, { Value: null }),
    record(0, { Trend: "sideways" }),
  ];

  for (const bad of BAD) {
    test(`rejects the response (${shown(bad)})`, () => {
      assert.ok(pathsOf([bad]).length > 0);
      assert.ok(pathsOf([record(0), record(5), bad, record(10)]).every((path) => (path as unknown[])[0] === 2));
    });
  }

  test("tells all that is wrong with it, and repeats no value", () => {
    const paths = pathsOf([record(), { WT: "canary", ST: null, DT: 5, Value: "canary", Trend: "canary" }]);
    assert.deepEqual(
      paths,
      ["WT", "ST", "DT", "Value", "Trend"].map((key) => [1, key]),
    );
    assert.throws(
      () => parse([{ WT: "canary", Value: "canary", Trend: "canary" }]),
      (error: ServerError) => !/canary/.test(JSON.stringify(error) + String(error.stack)),
    );
  });

  test("has issues with a code and a message, as Zod has", () => {
    assert.throws(
      () => parse([record(0, { Value: 0 })]),
      (error: ServerError) => {
        const [issue] = error.issues!;
        assert.equal(issue!.code, "custom");
        assert.match(issue!.message, /mg\/dL/);
        return true;
      },
    );
  });

  test("is reported and left out if the caller wants that", () => {
    const told: BadRecord[] = [];
    const readings = parse(
      [
        record(0, { Value: 100 }),
        record(5, { Value: null }),
        null,
        record(10, { Value: 102 }),
        record(15, { WT: "x", Trend: "x" }),
      ],
      (bad) => told.push(bad),
    );
    assert.deepEqual(figures(readings), [100, 102]);
    assert.deepEqual(
      told.map(({ index, kept, issues }) => [index, kept, issues.map(({ path }) => path)]),
      [
        [1, false, [[1, "Value"]]],
        [2, false, [[2]]],
        [
          4,
          false,
          [
            [4, "WT"],
            [4, "Trend"],
          ],
        ],
      ],
    );
  });

  test("keeps its figure if only the trend is unknown: as trend 8 with the raw name", () => {
    const told: BadRecord[] = [];
    const raw = record(0, { Trend: "Sideways" });
    assert.deepEqual(
      parse([raw], (bad) => told.push(bad)),
      [
        {
          mgDl: 132,
          trend: { trend: 8, direction: "Sideways", description: "unable to determine trend", arrow: "?" },
          time: NEWEST_MS,
          timezone: "-0400",
          json: raw,
        },
      ],
    );
    assert.deepEqual(
      told.map(({ index, kept }) => [index, kept]),
      [[0, true]],
    );
  });

  for (const trend of [null, undefined, "", 10, -1, 4.5, {}, "toString"]) {
    test(`keeps its figure with ${shown(trend)} for a trend`, () => {
      const [reading] = parse([record(0, { Trend: trend })], () => undefined);
      assert.equal(reading!.trend.trend, 8);
      assert.equal(reading!.trend.direction, trend === "toString" ? "toString" : "NotComputable");
    });
  }

  test("does not excuse a response that is no list", () => {
    assert.throws(() => parse({}, () => undefined), ServerError);
  });
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

describe("bad records beyond the number that was asked for", () => {
  const good = usualRecord(1_745_081_013_817, 101);

  test("are one report that counts the others, and the good ones among them are read", () => {
    const reports: BadRecord[] = [];
    const records = [{}, {}, {}, good, { ...good, Value: 5 }, { ...good, Trend: "Sideways", Value: 90 }, null];
    const readings = parseReadings(records, details, { onBad: (bad) => void reports.push(bad), maxCount: 2 });
    assert.deepEqual(readings.map(({ mgDl }) => mgDl).sort(), [101, 90]);
    assert.deepEqual(
      reports.map(({ index, more }) => [index, more]),
      [
        [0, undefined],
        [1, undefined],
        [2, 3],
      ],
    );
  });

  test("of a megabyte of empty objects are 289 reports, in little time", () => {
    const reports: BadRecord[] = [];
    const records = JSON.parse(`[${Array(260_000).fill("{}").join()}]`) as unknown;
    const started = process.cpuUsage();
    assert.deepEqual(
      parse(records, (bad) => void reports.push(bad)),
      [],
    );
    // It was 4.2 seconds, and 260,000 reports.
    assert.ok(process.cpuUsage(started).user < 1_000_000);
    assert.equal(reports.length, 289);
    assert.equal(reports.at(-1)?.more, 260_000 - 289);
  });
});
