import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { isWithin, quantile, table } from "./figure.ts";
import { ON_PAGE, type Id, type Promised } from "./promises.ts";
import { describeMachine, figuresIn, README, withFigures, withRow } from "./readme.ts";

const PROMISED: Promised = { name: "a read", unit: "µs", beside: "bare" };

test("the page has a row for each figure that the bench prints, except for the sizes of entries", () => {
  const rows = figuresIn(readFileSync(README, "utf8"))
    .split("\n")
    .filter((line) => line.startsWith("| "))
    .map((line) =>
      line
        .slice(2, -2)
        .split(" | ")
        .map((cell) => cell.trim()),
    );
  assert.deepEqual(
    rows.slice(1).map(([name]) => name),
    [...ON_PAGE.values()].map(({ name }) => name),
  );
  // The numbers are the command's affair, but what is over on every machine is not written there without a look.
  const exact = [...ON_PAGE.values()].filter(({ isExact }) => isExact).map(({ name }) => name);
  const over = rows.filter(([name, , , , , verdict]) => exact.includes(name!) && verdict !== "within");
  assert.deepEqual(over, []);
});

test("the page names the machine of the measurement", () => {
  const pattern = /^dexcom-share-ts \d+\.\d+\.\d+, Node \d+\.\d+\.\d+, \w+ \w+, \d+ × .+\.$/;
  assert.match(figuresIn(readFileSync(README, "utf8")).split("\n")[0]!, pattern);
  assert.match(describeMachine(), pattern);
});

test("only what stands between the marks is rewritten", () => {
  const readme = readFileSync(README, "utf8");
  const other = withFigures(readme, "$& and `$1`\n");
  assert.equal(figuresIn(other), "$& and `$1`\n");
  assert.equal(withFigures(other, figuresIn(readme)), readme);
  assert.throws(() => withFigures("# Without marks\n", "x"), /no place/);
});

test("a run of the fleet is written in the place of the same run, and leaves the others", () => {
  const place = (figures: string): string =>
    `before\n<!-- The lines from here on are written by: npm run x -- --write -->\n${figures}<!-- up to here -->\nafter\n`;
  const one = withRow(place(""), { run: "one", lost: "0" }, "x");
  const two = withRow(one, { run: "two", lost: "1000" }, "x");
  const again = withRow(two, { run: "one", lost: "2" }, "x");
  const rows = ["| run | lost |", "|-----|------|", "| one | 2    |", "| two | 1000 |"];
  assert.equal(again, place(`${describeMachine()}\n\n${rows.join("\n")}\n`));
});

test("a figure is held to its limit, or its ratio to the ratio's", () => {
  const measured = { figure: 15, beside: 10 };
  const cases: [Partial<Promised>, boolean | undefined][] = [
    [{}, undefined],
    [{ most: 15 }, true],
    [{ most: 14.9 }, false],
    [{ mostRatio: 1.5 }, true],
    [{ mostRatio: 1.49 }, false],
  ];
  for (const [limit, expected] of cases) assert.equal(isWithin({ ...PROMISED, ...limit }, measured), expected);
  assert.equal(isWithin({ ...PROMISED, mostRatio: 1.5 }, { ...measured, ratio: 1.6 }), false);
});

test("a row shows the figure, its baseline, the ratio, the limit and the verdict", () => {
  const promises = new Map<Id, Promised>([
    ["read 1", { ...PROMISED, mostRatio: 1.4 }],
    ["read 288", { ...PROMISED, most: 5000 }],
    ["crowd rate", PROMISED],
  ]);
  const measured = {
    "read 1": { figure: 15.256, beside: 10 },
    "read 288": { figure: 1234.5, beside: 5 },
    "crowd rate": { figure: 2, beside: 1, ratio: 3 },
  };
  const rows = table(promises, measured)
    .split("\n")
    .slice(2)
    .map((line) => line.replaceAll(/ +/g, " "));
  assert.deepEqual(rows, [
    "| a read | 15.3 µs | bare: 10 µs | 1.53 | × 1.4 | OVER |",
    "| a read | 1235 µs | bare: 5 µs | 246.90 | 5000 µs | within |",
    "| a read | 2 µs | bare: 1 µs | 3.00 | none | |",
  ]);
  assert.throws(() => table(promises, {}), /not measured: read 1/);
});

test("a quantile is between the two nearest figures", () => {
  const cases: [numbers: number[], share: number, expected: number][] = [
    [[3, 1, 2], 0.5, 2],
    [[4, 1, 2, 3], 0.5, 2.5],
    [[7], 0.99, 7],
    [Array.from({ length: 101 }, (_, index) => index), 0.99, 99],
  ];
  for (const [numbers, share, expected] of cases) assert.equal(quantile(numbers, share), expected);
});
