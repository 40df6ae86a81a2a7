import assert from "node:assert/strict";
import { test } from "node:test";
import { paintNothing, painterFor } from "../../src/cli/paint.ts";
import { readingLine } from "../../src/cli/reading-line.ts";
import { formatAge, formatDuration, formatLocal, formatShortAge } from "../../src/cli/times.ts";
import { formatDelta, formatWithLimit, toMgDl } from "../../src/cli/units.ts";
import { toMmolL } from "../../src/glucose/glucose.ts";
import { NOW } from "./moment.ts";
import { readingsOf } from "./readings.ts";

const MINUTE = 60_000;
const reading = (mgDl: number): ReturnType<typeof readingsOf>[number] => readingsOf([[3, mgDl]])[0]!;

test("LOW and HIGH are written with what they mean, in the unit shown", () => {
  assert.equal(formatWithLimit(reading(132), "mmol/L"), "7.3 mmol/L");
  assert.equal(formatWithLimit(reading(39), "mg/dL"), "LOW (below 40 mg/dL)");
  assert.equal(formatWithLimit(reading(401), "mmol/L"), "HIGH (above 22.2 mmol/L)");
});

test("a figure of either unit becomes one in mg/dL", () => {
  assert.equal(toMmolL(toMgDl(10, "mmol/L")), 10);
  assert.equal(toMgDl(70, "mg/dL"), 70);
});

test("a change has a sign, and an unknown one is not 0", () => {
  for (const [delta, inMgDl, inMmolL] of [
    [5, "+5", "+0.3"],
    [-12, "-12", "-0.7"],
    [0, "+0", "+0.0"],
    [undefined, "?", "?"],
  ] as const) {
    assert.equal(formatDelta(delta, "mg/dL"), inMgDl);
    assert.equal(formatDelta(delta, "mmol/L"), inMmolL);
  }
});

test("an age is in the largest unit that says enough", () => {
  for (const [ms, duration, age] of [
    [0, "0 s", "less than a minute ago"],
    [59_999, "59 s", "less than a minute ago"],
    [MINUTE, "1 min", "1 min ago"],
    [59 * MINUTE, "59 min", "59 min ago"],
    [60 * MINUTE, "1 h", "1 h ago"],
    [125 * MINUTE, "2 h 5 min", "2 h 5 min ago"],
  ] as const) {
    assert.equal(formatDuration(ms), duration);
    assert.equal(formatAge(ms), age);
  }
  assert.equal(formatAge(-MINUTE), "less than a minute ago");
  assert.equal(formatAge(-180 * MINUTE), "3 h in the future: check the clock");
  assert.deepEqual([125 * MINUTE, -MINUTE, -180 * MINUTE].map(formatShortAge), ["2 h 5 min", "0 s", "-3 h"]);
});

test("a trend without an arrow or a word leaves neither gap nor comma", () => {
  const lines = Array.from({ length: 10 }, (_, trend) =>
    readingLine(readingsOf([[3, 100]], "-0400", trend)[0]!, { unit: "mg/dL", now: NOW, paint: paintNothing }),
  );
  assert.deepEqual(lines, [
    "100 mg/dL, 3 min ago",
    "100 mg/dL ↑↑ rising quickly, 3 min ago",
    "100 mg/dL ↑ rising, 3 min ago",
    "100 mg/dL ↗ rising slightly, 3 min ago",
    "100 mg/dL → steady, 3 min ago",
    "100 mg/dL ↘ falling slightly, 3 min ago",
    "100 mg/dL ↓ falling, 3 min ago",
    "100 mg/dL ↓↓ falling quickly, 3 min ago",
    "100 mg/dL ? unable to determine trend, 3 min ago",
    "100 mg/dL - trend unavailable, 3 min ago",
  ]);
});

test("the time on the wearer's wall, with its offset", () => {
  const moment = new Date("2026-01-01T02:03:04.567Z");
  assert.equal(formatLocal(moment, "-0400"), "2025-12-31 22:03:04-04:00");
  assert.equal(formatLocal(moment, "+0530"), "2026-01-01 07:33:04+05:30");
  assert.equal(formatLocal(moment, undefined), "2026-01-01 02:03:04 UTC");
});

test("there are colours on a terminal that has them, and nowhere else", () => {
  const isPainted = (isTTY: boolean, env: Record<string, string>): boolean =>
    painterFor({ isTTY, write: () => true }, env)("bad", "x") !== "x";
  assert.equal(isPainted(true, { TERM: "xterm" }), true);
  assert.equal(isPainted(true, { TERM: "xterm", NO_COLOR: "" }), true);
  assert.equal(isPainted(true, { TERM: "xterm", NO_COLOR: "0" }), false);
  assert.equal(isPainted(true, { TERM: "dumb" }), false);
  assert.equal(isPainted(false, { TERM: "xterm" }), false);
  assert.equal(isPainted(false, { FORCE_COLOR: "1" }), true);
  assert.equal(isPainted(false, { FORCE_COLOR: "", NO_COLOR: "1" }), true);
  assert.equal(isPainted(true, { TERM: "xterm", FORCE_COLOR: "0" }), false);
});
