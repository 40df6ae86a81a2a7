import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { episodes, type EpisodeKind } from "../../src/statistics/index.ts";
import { MINUTE_MS, readings, START, steady } from "./series.ts";

type Value = number | null;
const calm = steady(6, 120);
const gap = (count: number): null[] => Array.from({ length: count }, () => null);

interface Expected {
  readonly kind: EpisodeKind;
  /** Place of the first reading, counted with those that are missing. */
  readonly at: number;
  readonly minutes: number;
  readonly endedBy: string;
}

const low = (at: number, minutes: number, endedBy = "recovery"): Expected => ({ kind: "low", at, minutes, endedBy });
const high = (at: number, minutes: number, endedBy = "recovery"): Expected => ({ kind: "high", at, minutes, endedBy });

const ROWS: [title: string, values: Value[], expected: Expected[]][] = [
  ["two readings are no episode", [...calm, 65, 65, ...calm], []],
  ["three readings are one of 15 minutes", [...calm, 65, 65, 65, ...calm], [low(6, 15)]],
  ["readings that are not consecutive begin no episode", [...calm, 65, 65, 75, 65, 65, ...calm], []],
  ["70 and 180 are in range", [...calm, ...steady(9, 70), ...steady(9, 180)], []],
  ["two readings back don't end it, and count", [...calm, ...steady(3, 65), 75, 75, 65, ...calm], [low(6, 30)]],
  [
    "three readings back end it, and don't count",
    [...calm, ...steady(3, 65), ...steady(3, 75), ...steady(3, 65), ...calm],
    [low(6, 15), low(12, 15)],
  ],
  ["the end of the data is told", [...calm, ...steady(4, 65), 75, 75], [low(6, 20, "end")]],
  ["a gap of 45 minutes neither adds nor ends", [65, 65, ...gap(8), 65, 65, ...calm], [low(0, 20)]],
  ["a gap of 50 minutes ends it", [65, 65, 65, ...gap(9), 65, 65, 65, ...calm], [low(0, 15, "gap"), low(12, 15)]],
  ["a gap of 50 minutes forgets what has begun", [65, 65, ...gap(9), 65, 65, ...calm], []],
  [
    "very low is a part of low",
    [...calm, 65, 50, 50, 50, 65, ...calm],
    [low(6, 25), { kind: "veryLow", at: 7, minutes: 15, endedBy: "recovery" }],
  ],
  [
    "very high is a part of high",
    [...calm, 190, 260, 260, 260, 190, ...calm],
    [high(6, 25), { kind: "veryHigh", at: 7, minutes: 15, endedBy: "recovery" }],
  ],
  ["24 readings below 70 are not extended", [...calm, ...steady(24, 60), ...calm], [low(6, 120)]],
  [
    "25 readings below 70 are",
    [...calm, ...steady(25, 60), ...calm],
    [low(6, 125), { kind: "extendedLow", at: 6, minutes: 125, endedBy: "recovery" }],
  ],
  [
    "90 of 120 minutes above 250 are an extended high, until 15 minutes at 180",
    [...steady(9, 260), ...steady(6, 240), ...steady(9, 260), ...steady(20, 200), ...calm],
    [
      high(0, 220),
      { kind: "veryHigh", at: 0, minutes: 45, endedBy: "recovery" },
      { kind: "extendedHigh", at: 0, minutes: 220, endedBy: "recovery" },
      { kind: "veryHigh", at: 15, minutes: 45, endedBy: "recovery" },
    ],
  ],
  [
    "90 of 120 minutes with 15 minutes at 180 between them are not: the high has ended",
    [...steady(9, 260), ...steady(3, 180), ...steady(9, 260), ...calm],
    [
      high(0, 45),
      { kind: "veryHigh", at: 0, minutes: 45, endedBy: "recovery" },
      high(12, 45),
      { kind: "veryHigh", at: 12, minutes: 45, endedBy: "recovery" },
    ],
  ],
  [
    "85 of 120 minutes are not",
    [...steady(9, 260), ...steady(7, 240), ...steady(8, 260), ...calm],
    [
      high(0, 120),
      { kind: "veryHigh", at: 0, minutes: 45, endedBy: "recovery" },
      { kind: "veryHigh", at: 16, minutes: 40, endedBy: "recovery" },
    ],
  ],
];

describe("episodes, with a reading every five minutes", () => {
  for (const [title, values, expected] of ROWS) {
    test(title, () => {
      const found = episodes(readings(values)).value!.map(({ kind, start, durationMinutes, endedBy }) => ({
        kind,
        at: (start.getTime() - START) / (5 * MINUTE_MS),
        minutes: durationMinutes,
        endedBy,
      }));
      assert.deepEqual(found, expected);
    });
  }
});

test("an episode tells its end, its readings and its extreme", () => {
  const [found] = episodes(readings([...calm, 65, 58, null, 61, ...calm])).value!;
  assert.deepEqual(
    { ...found },
    {
      kind: "low",
      start: new Date(START + 30 * MINUTE_MS),
      end: new Date(START + 50 * MINUTE_MS),
      durationMinutes: 15,
      readings: 3,
      extremeMgDl: 58,
      endedBy: "recovery",
    },
  );
  const extremes = (values: number[]): number[] =>
    episodes(readings([...calm, ...values, ...calm])).value!.map(({ extremeMgDl }) => extremeMgDl);
  assert.deepEqual(extremes([200, 210, 190]), [210]);
  assert.deepEqual(extremes([60, 20, 60]), [39]);
  assert.deepEqual(extremes([200, 600, 200]), [401]);
});

test("15 minutes are 15 readings at one minute, and one at fifteen", () => {
  const count = (minutes: number, low: number): number =>
    episodes(readings([...steady(20, 100), ...steady(low, 60), ...steady(20, 100)], { minutes })).value!.length;
  assert.deepEqual([count(1, 14), count(1, 15), count(15, 1)], [0, 1, 1]);
});

test("instants that are late by seconds don't make a gap of a distance of 45 minutes", () => {
  const points = readings([65, 65, 65, ...gap(8), 65, 65, 65, ...calm]);
  const shifted = points.map((point, i) => ({
    ...point,
    datetime: new Date(point.datetime.getTime() + (i > 2 ? 9000 : 0)),
  }));
  assert.equal(episodes(shifted).value!.length, 1);
});

test("the limits are those of the ranges", () => {
  const points = readings([...calm, ...steady(4, 66), ...calm, ...steady(4, 150), ...calm]);
  const ranges = { veryLowBelow: 54, lowBelow: 63, highAbove: 140 };
  assert.deepEqual(
    episodes(points, { ranges }).value!.map(({ kind }) => kind),
    ["high"],
  );
});
