import assert from "node:assert/strict";
import { test } from "node:test";
import { drawChart } from "../../src/cli/chart/draw.ts";
import type { ChartOptions } from "../../src/cli/chart/options.ts";
import { NOW } from "./moment.ts";
import { readingsOf } from "./readings.ts";

const USUAL: ChartOptions = {
  width: 80,
  height: 20,
  now: NOW,
  minutes: 1440,
  unit: "mg/dL",
  band: { low: 70, high: 180 },
};
/** A steady day, a reading every five minutes. */
const DAY: [number, number][] = Array.from({ length: 288 }, (_, index) => [index * 5 + 1, 120]);

/** The lines of a picture. */
function draw(
  points: readonly (readonly [number, number])[],
  options: Partial<ChartOptions> & { timezone?: string } = {},
): string[] {
  const { timezone, ...more } = options;
  return drawChart(readingsOf(points, timezone), { ...USUAL, ...more }).split("\n");
}

const lineOf = (lines: readonly string[], label: string): string =>
  lines.find((line) => line.trimStart().startsWith(`${label} `)) ?? "";

test("a picture is as wide and as high as it may be, and no wider", () => {
  for (const width of [40, 60, 100, 200, 333]) {
    for (const height of [10, 20, 50]) {
      const lines = draw([[1, 401], ...DAY, [1439, 39]], { width, height });
      assert.equal(lines.length, height);
      const longest = Math.max(...lines.map((line) => line.length));
      assert.ok(longest <= width && longest > width - 3, `${longest} columns of ${width}`);
    }
  }
});

test("the first line is the newest reading in words and how much is shown", () => {
  assert.match(draw(DAY)[0]!, /^120 mg\/dL → steady, 1 min ago {10,}last 24 h, UTC-04:00$/);
  assert.match(
    draw([[25, 200]], { minutes: 90, unit: "mmol/L" })[0]!,
    /^11\.1 mmol\/L → steady, 25 min ago: not current +last 1 h 30 min, UTC-04:00$/,
  );
});

test("the first line says less if there is no room", () => {
  assert.equal(draw([[125, 39]], { width: 60 })[0], "LOW (below 40 mg/dL) → steady, 2 h 5 min ago: not current");
  assert.equal(draw([[125, 39]], { width: 50 })[0], "LOW →, 2 h 5 min ago: not current        last 24 h");
  assert.equal(draw([[125, 120]], { width: 42 })[0], "120 mg/dL →, 2 h 5 min ago: not current");
});

test("the value stands once more beside its own row", () => {
  for (const [mgDl, beside] of [
    [120, "◂ 120 →"],
    [250, "◂ 250 →"],
    [39, "◂ LOW →"],
    [401, "◂ HIGH →"],
  ] as const) {
    const marked = draw([
      [1, mgDl],
      [6, mgDl],
    ]).filter((line) => line.endsWith(beside));
    assert.equal(marked.length, 1, beside);
    assert.match(marked[0]!, /[▲▼\u2801-\u28ff] +◂/);
  }
});

test("a day without a gap is drawn without one", () => {
  const row = draw(DAY).find((line) => /[\u2801-\u28ff]/.test(line))!;
  assert.match(row, /┤[\u2801-\u28ff]{60,} ◂/);
});

test("a gap stays open", () => {
  // 66 columns of 21.8 minutes: what is missing from 300 to 420 minutes ago are columns 47 to 51.
  const row = draw(DAY.filter(([ago]) => ago < 300 || ago > 420)).find((line) => /[\u2801-\u28ff]/.test(line))!;
  assert.match(row, /┤[\u2801-\u28ff]{47} {4,5}[\u2801-\u28ff]{13,15} ◂/);
  // One missing reading is a gap too if there is room to show it: here a column is 33 seconds.
  const near = draw(
    [
      [1, 120],
      [6, 120],
      [16, 120],
      [21, 120],
    ],
    { minutes: 30 },
  ).find((line) => /[\u2801-\u28ff]/.test(line))!;
  assert.match(near, /[\u2801-\u28ff] {10,}[\u2801-\u28ff]/);
});

test("what the newest is short of the present stays open too", () => {
  const row = draw(DAY.filter(([ago]) => ago > 360)).find((line) => /[\u2801-\u28ff]/.test(line))!;
  assert.match(row, /[\u2801-\u28ff] {15,} ◂ 120 →$/);
});

test("LOW and HIGH are marked at the edges, and only there", () => {
  const lines = draw([
    [1, 120],
    [6, 401],
    [11, 401],
    [600, 39],
  ]);
  assert.match(lines[1]!, /^HIGH ≈ +▲+$/);
  assert.match(lines.at(-3)!, /^ LOW ┤ +▼$/);
  assert.doesNotMatch(lines.slice(2, -3).join(""), /[▲▼]/);
  assert.doesNotMatch(draw(DAY).join("\n"), /LOW|HIGH|[▲▼]/);
});

test("400 and 40 are figures, with a place between the edges", () => {
  const lines = draw([
    [1, 400],
    [100, 40],
  ]);
  assert.doesNotMatch(lines.join("\n"), /LOW|HIGH|[▲▼]/);
  assert.match(lines[1]!, /^ 400 ┤/);
  assert.match(lines[1]!, /◂ 400 →$/);
  assert.match(lines.at(-3)!, /[\u2801-\u28ff]/);
});

test("the limits of the target band are drawn and labelled, in the unit shown", () => {
  for (const [unit, band, low, high] of [
    ["mg/dL", { low: 70, high: 180 }, "70", "180"],
    ["mg/dL", { low: 80, high: 140 }, "80", "140"],
    ["mmol/L", { low: 70, high: 180 }, "3.9", "10.0"],
  ] as const) {
    const lines = draw([[1, 120]], { unit, band });
    for (const label of [low, high]) assert.match(lineOf(lines, label), /┤╌{60,}$/, `${label} ${unit}`);
    assert.equal(lines.filter((line) => line.includes("╌")).length, 2);
  }
});

test("a band of the patient's own makes room for itself", () => {
  assert.match(lineOf(draw([[1, 120]], { band: { low: 50, high: 390 } }), "50"), /╌/);
  assert.match(lineOf(draw([[1, 120]], { band: { low: 50, high: 390 } }), "390"), /╌/);
});

test("the time of day is the wearer's", () => {
  // NOW is 20:00 in Greenwich.
  for (const [timezone, offset, labels] of [
    ["-0400", "UTC-04:00", ["15:00", "12:00"]],
    ["+0900", "UTC+09:00", ["03:00", "00:00"]],
    ["+0530", "UTC+05:30", ["00:00", "21:00"]],
    ["+0000", "UTC+00:00", ["18:00", "15:00"]],
    ["", "UTC", ["18:00", "15:00"]],
  ] as const) {
    const lines = draw(DAY, { timezone });
    assert.ok(lines[0]!.endsWith(`last 24 h, ${offset}`), timezone);
    assert.doesNotMatch(lines.at(-1)!, /UTC|[+-]/, "the offset is beside the first hour");
    for (const label of labels) assert.ok(lines.at(-1)!.includes(` ${label}`), `${timezone} ${label}`);
  }
});

test("a label stands under its tick, and the tick where its time is", () => {
  const lines = draw(
    [
      [1, 120],
      [240, 200],
    ],
    { width: 100, minutes: 480 },
  );
  // 15:00 in the wearer's offset is 19:00 in Greenwich: an hour before NOW, at 7/8 of the width.
  const columns = lines.at(-2)!.length - 6;
  const at = lines.at(-1)!.indexOf("15:00") + 2;
  assert.equal(lines.at(-2)![at], "┬");
  assert.equal(at - 6, Math.floor((columns * 7) / 8));
});

test("a few minutes and a whole day both have labels, never two that touch", () => {
  for (const minutes of [3, 10, 45, 90, 180, 720, 1440]) {
    for (const width of [40, 60, 100, 200]) {
      const labels = draw([[0, 120]], { minutes, width }).at(-1)!;
      assert.match(labels, /^( +\d\d:\d\d)*$/);
      if (width > 40) assert.match(labels, /\d\d:\d\d/, `${minutes} min on ${width}`);
    }
  }
});

test("a clock that is slow does not push the newest out of the picture", () => {
  const lines = draw([
    [-180, 150],
    [-60, 150],
  ]);
  assert.match(lines[0]!, /3 h in the future: check the clock/);
  assert.ok(lines.some((line) => /[\u2801-\u28ff] {3,}[\u2801-\u28ff] ◂ 150/.test(line)));
});

test("readings older than the picture are left out", () => {
  const lines = draw(
    [
      [1, 120],
      [61, 401],
    ],
    { minutes: 60 },
  );
  assert.doesNotMatch(lines.join("\n"), /HIGH/);
});

test("colour shows the range of a figure, which the picture also shows without it", () => {
  const points: [number, number][] = [
    [1, 60],
    [400, 120],
    [800, 250],
    [1000, 401],
    [1200, 39],
  ];
  const tones = new Map<string, string>();
  const painted = draw(points, {
    paint: (tone, text) => {
      for (const dot of text.match(/[▲▼\u2801-\u28ff]/g) ?? []) tones.set(`${tone} ${dot}`, tone);
      return `<${tone}>${text}</>`;
    },
  });
  assert.deepEqual(
    painted.map((line) => line.replace(/<[a-z-]*>|<\/>/g, "").trimEnd()),
    draw(points),
  );
  assert.deepEqual(new Set(tones.values()), new Set(["low", "in-range", "high"]));
  assert.equal(tones.get("high ▲"), "high");
  assert.equal(tones.get("low ▼"), "low");
});

test("without braille the whole picture is ASCII, also the arrow of the trend", () => {
  const points: [number, number][] = [...DAY, [1400, 401], [1420, 39]];
  for (let trend = 0; trend < 10; trend++) {
    const picture = drawChart(readingsOf(points, "-0400", trend), { ...USUAL, isAscii: true });
    // eslint-disable-next-line no-control-regex -- ASCII, whole
    assert.match(picture, /^[\x00-\x7f]+$/);
    assert.match(picture, /[.':]{20,}/);
    assert.match(picture, /\^/);
    assert.match(picture, /v/);
  }
  assert.match(draw(DAY, { isAscii: true })[0]!, /^120 mg\/dL -> steady/);
});

test("the axis in mmol/L is labelled at the limits, at 13.9 and at both ends", () => {
  const labelsOf = (points: readonly (readonly [number, number])[], height: number): string[] =>
    draw(points, { unit: "mmol/L", height }).flatMap((line) => /^ *([\d.]+) ┤/.exec(line)?.[1] ?? []);
  const high = [...DAY, [700, 390]] as [number, number][];
  for (const label of ["22.2", "13.9", "10.0", "3.9", "2.2"]) assert.ok(labelsOf(high, 20).includes(label), label);
  for (const label of ["13.9", "10.0", "3.9", "2.2"]) assert.ok(labelsOf(DAY, 20).includes(label), label);
});

test("the axis is broken below HIGH if figures are left out, and only then", () => {
  assert.match(draw([...DAY, [1439, 401]])[1]!, /^HIGH ≈/);
  assert.match(draw([...DAY, [700, 390], [1439, 401]])[1]!, /^HIGH ┤/);
  assert.match(draw([...DAY, [1439, 401]], { isAscii: true })[1]!, /^HIGH ~/);
});

test("a tiny picture shows the figure and its age, and is no larger than it may be", () => {
  const worst: [number, number][] = [
    [1435, 401],
    [1439, 39],
  ];
  for (const points of [worst, [...DAY, ...worst], [[3, 120]] as [number, number][]]) {
    for (const isAscii of [false, true]) {
      for (let width = 10; width <= 45; width++) {
        for (let height = 1; height <= 9; height++) {
          const lines = draw(points, { width, height, isAscii, unit: "mmol/L" });
          assert.ok(lines.length <= height, `${lines.length} lines of ${height}`);
          for (const line of lines) assert.ok(line.length <= width, `${line} is wider than ${width}`);
          if (width >= 20) assert.match(lines[0]!, /^(HIGH|6\.7) .*\d+ (min|h)/);
        }
      }
    }
  }
  const tiny: [number, number][] = [
    [1, 401],
    [400, 120],
    [800, 39],
  ];
  assert.deepEqual(draw(tiny, { width: 20, height: 5 }), [
    "HIGH →, 1 min ago",
    "     │             ▲",
    " 180 ┤╌╌╌╌╌╌╌╌╌╌⡀╌╌╌",
    "  70 ┤╌╌╌╌╌╌▼╌╌╌╌╌╌╌",
    "        00:00  12:00",
  ]);
});
