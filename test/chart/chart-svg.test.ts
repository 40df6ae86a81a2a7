import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { chartSvg, type ChartOptions, type ChartPoint } from "../../src/chart/index.ts";

const NOW = Date.UTC(2026, 0, 15, 20, 0);

/** Readings `[minutes before NOW, mg/dL]`. */
function pointsOf(pairs: readonly (readonly [number, number])[], timezone: string | undefined = "-0400"): ChartPoint[] {
  return pairs.map(([ago, mgDl]) => ({ mgDl, datetime: new Date(NOW - ago * 60_000), timezone }));
}

const DAY = pointsOf(
  Array.from({ length: 288 }, (_, i) => [i * 5 + 1, Math.round(130 + 60 * Math.sin(i / 20))] as const),
);
const draw = (points: readonly ChartPoint[], options: ChartOptions = {}): string =>
  chartSvg(points, { now: NOW, ...options });
const labels = (svg: string): string[] => [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map((match) => match[1]!);

describe("chartSvg", () => {
  test("names the figure, its time and the wearer's offset", () => {
    const svg = draw(DAY);
    assert.match(svg, /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" width="800" height="300"/);
    assert.ok(labels(svg).includes("130 mg/dL at 15:59"));
    assert.ok(labels(svg).includes("last 24 h, UTC-04:00"));
  });

  test("tells the age of a reading that is not current", () => {
    assert.ok(labels(draw(pointsOf([[95, 120]]))).includes("120 mg/dL at 14:25, 1 h 35 min old"));
  });

  test("labels the limits of the band, 250 mg/dL and the ends, in both units", () => {
    const points = [...DAY, ...pointsOf([[700, 390]])];
    const texts = labels(draw(points, { height: 600 }));
    for (const label of ["40", "70", "180", "250", "400"]) assert.ok(texts.includes(label), label);
    const inMmol = labels(draw(points, { height: 600, unit: "mmol/L" }));
    for (const label of ["2.2", "3.9", "10.0", "13.9", "22.2"]) assert.ok(inMmol.includes(label), label);
  });

  test("has a title and a description for screen readers", () => {
    const svg = draw(
      pointsOf([
        [1, 401],
        [6, 120],
        [40, 39],
      ]),
      { title: 'Sam & <"Kim">' },
    );
    assert.match(svg, /role="img" aria-labelledby="glucose-chart-title glucose-chart-description"/);
    assert.match(svg, /<title id="glucose-chart-title">Sam &amp; &lt;&quot;Kim&quot;&gt;<\/title>/);
    assert.match(svg, /<desc[^>]*>Latest HIGH at 15:59 \(UTC-04:00\)\. 3 readings from LOW to HIGH\. 1 gap\.<\/desc>/);
  });

  test("leaves a gap open", () => {
    const paths = (svg: string): number => [...svg.matchAll(/<path d="[^"]*" fill="none" stroke="#9aa3b0"/g)].length;
    assert.equal(paths(draw(DAY)), 1);
    assert.equal(paths(draw(DAY.filter((_, i) => i < 100 || i > 103))), 2);
  });

  test("puts LOW and HIGH in lanes of their own, and breaks the axis below HIGH", () => {
    const svg = draw(
      pointsOf([
        [1, 401],
        [6, 120],
        [11, 39],
      ]),
    );
    assert.deepEqual(
      labels(svg).filter((label) => /^(LOW|HIGH)$/.test(label)),
      ["HIGH", "LOW"],
    );
    assert.equal([...svg.matchAll(/l4 8h-8z/g)].length, 1);
    assert.equal([...svg.matchAll(/l4 -8h-8z/g)].length, 1);
    assert.match(svg, /l5 -4M/);
    assert.doesNotMatch(
      draw(
        pointsOf([
          [1, 401],
          [6, 390],
        ]),
      ),
      /l5 -4M/,
    );
    assert.doesNotMatch(labels(draw(DAY)).join(), /LOW|HIGH/);
  });

  test("follows the wearer's clock through the change to summer time", () => {
    const change = Date.UTC(2026, 2, 8, 7);
    const points = Array.from({ length: 72 }, (_, i): ChartPoint => {
      const time = change + (i - 36) * 300_000;
      return { mgDl: 120, datetime: new Date(time), timezone: time < change ? "-0500" : "-0400" };
    });
    const texts = labels(chartSvg(points, { now: change + 36 * 300_000, hours: 6, width: 800 }));
    assert.deepEqual(
      texts.filter((label) => /^\d\d:00$/.test(label)),
      ["23:00", "00:00", "01:00", "03:00", "04:00", "05:00"],
    );
  });

  test("labels days in a chart of days", () => {
    const texts = labels(draw(DAY, { hours: 168 }));
    assert.ok(texts.includes("Jan 15") && texts.includes("Jan 10"), texts.join());
  });

  test("says so if there are no readings", () => {
    for (const view of ["timeline", "profile"] as const) {
      const svg = draw([], { view });
      assert.ok(labels(svg).includes("No readings"));
      assert.match(svg, /<desc[^>]*>No readings\.<\/desc>/);
    }
  });

  test("needs no style sheet, no script, and no colour on e-ink", () => {
    for (const theme of ["light", "dark", "e-ink"] as const) {
      for (const view of ["timeline", "profile"] as const) {
        const svg = draw(DAY, { theme, view });
        assert.doesNotMatch(svg, /<style|style=|<script|NaN|undefined|Infinity/);
        if (theme === "e-ink") assert.deepEqual([...new Set(svg.match(/#[\da-f]{6}/g))].sort(), ["#000000", "#ffffff"]);
      }
    }
  });

  test("a profile puts all days on top of each other", () => {
    const days = Array.from({ length: 5 * 288 }, (_, i) => [i * 5, 100 + (i % 40)] as const);
    const svg = draw(pointsOf(days), { view: "profile" });
    assert.match(labels(svg)[0]!, /^[56] days, median and spread$/);
    assert.deepEqual(
      labels(svg)
        .filter((label) => /^\d\d:00$/.test(label))
        .slice(0, 3),
      ["00:00", "03:00", "06:00"],
    );
  });

  test("draws at any size, and reads points in any order", () => {
    assert.equal(draw([...DAY].reverse()), draw(DAY));
    for (const [width, height] of [
      [160, 90],
      [4096, 4096],
    ] as const)
      assert.doesNotMatch(draw(DAY, { width, height }), /NaN|="-/);
  });

  for (const [name, options] of [
    ["hours", { hours: 0 }],
    ["width", { width: 10 }],
    ["height", { height: 1.5 }],
    ["theme", { theme: "pink" }],
    ["unit", { unit: "stone" }],
    ["view", { view: "pie" }],
    ["band", { band: { low: 180, high: 70 } }],
    ["now", { now: NaN }],
    ["idPrefix", { idPrefix: '"' }],
    ["title", { title: " " }],
  ] as const) {
    test(`refuses a wrong ${name} by its name`, () => {
      assert.throws(() => chartSvg([], options as never), {
        name: "ArgumentError",
        message: new RegExp(`^${name}\\b`),
      });
    });
  }

  test("refuses a point without a figure or an instant", () => {
    for (const point of [
      { mgDl: NaN, datetime: new Date() },
      { mgDl: 100, datetime: "2026-01-01" },
      { mgDl: 0, datetime: new Date() },
    ]) {
      assert.throws(() => chartSvg([point as never]), { name: "ArgumentError", message: /^points\[0\]\./ });
    }
  });
});
