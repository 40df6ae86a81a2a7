import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ServerError } from "../../src/errors.ts";
import { parseReadings, type BadRecord } from "../../src/wire/readings.ts";
import { NEWEST_MS, record } from "../support/responses.ts";
import { shown } from "../support/shown.ts";
import { usualRecord } from "../support/like-records.ts";
import { details, figures, parse, pathsOf } from "./parse-readings.ts";

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

describe("bad records beyond the requested number", () => {
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
