import assert from "node:assert/strict";
import { test } from "node:test";
import { assertStored, runHere, withoutColour } from "./harness.ts";

test("a picture takes the terminal's width, and has colours there alone", async () => {
  const terminal = { columns: 100, rows: 31 };
  const painted = await runHere(["chart", "--simulate"], { terminal });
  const plain = await runHere(["chart", "--simulate"], { env: { COLUMNS: "100", LINES: "30" } });
  const noColor = await runHere(["chart", "--simulate"], { terminal, env: { NO_COLOR: "1" } });
  assert.notEqual(painted.stdout, plain.stdout);
  assert.equal(withoutColour(painted.stdout).replace(/ +$/gm, ""), plain.stdout);
  assert.equal(noColor.stdout, plain.stdout);
  const lines = (await runHere(["chart", "--simulate"])).stdout.split("\n");
  assert.equal(Math.max(...lines.map((line) => line.length)), 80);
});

test("a small terminal gets a small picture, and a given size is kept", async () => {
  const linesOf = async (argv: string[], terminal?: { columns: number; rows: number }): Promise<string[]> =>
    (await runHere(["chart", "--simulate", ...argv], { env: { NO_COLOR: "1" }, ...(terminal && { terminal }) })).stdout
      .trimEnd()
      .split("\n");
  for (const rows of [2, 6, 14, 60]) assert.equal((await linesOf([], { columns: 80, rows })).length, rows - 1);
  const tiny = await linesOf([], { columns: 20, rows: 5 });
  assert.ok(tiny.length <= 5 && tiny.every((line) => line.length <= 20), tiny.join("\n"));
  assert.equal((await linesOf([], { columns: 80, rows: 0 })).length, 20);
  const wide = await linesOf(["--width", "120", "--height", "30"], { columns: 80, rows: 14 });
  assert.equal(wide.length, 30);
  assert.equal(wide[0]!.length, 120);
});

test("the target band is given in the unit that is shown", async () => {
  const inMmol = await runHere(["chart", "--simulate", "--unit", "mmol/L", "--low", "4", "--high", "8"]);
  assert.match(inMmol.stdout, /^ 4\.0 ┤╌/m);
  assert.match(inMmol.stdout, /^ 8\.0 ┤/m);
});

test("a terminal without braille gets ASCII, and so does the locale C", async () => {
  // eslint-disable-next-line no-control-regex -- ASCII, whole
  const ascii = /^[\x00-\x7f]+$/;
  for (const env of [
    { TERM: "linux" },
    { TERM: "dumb" },
    { LC_ALL: "C", LANG: "en_US.UTF-8" },
    { LC_ALL: "POSIX" },
    { LC_ALL: "", LC_CTYPE: "C" },
    { LANG: "C" },
  ]) {
    assert.match((await runHere(["chart", "--simulate"], { env })).stdout, ascii, JSON.stringify(env));
  }
  assert.match((await runHere(["chart", "--simulate", "--ascii"])).stdout, ascii);
  for (const env of [{}, { LC_ALL: "C.UTF-8", LANG: "C" }, { LANG: "en_US.UTF-8" }]) {
    assert.match((await runHere(["chart", "--simulate"], { env })).stdout, /[\u2801-\u28ff]/, JSON.stringify(env));
  }
});

for (const [columns, lines] of [
  [20, 5],
  [40, 12],
  [80, 20],
  [120, 30],
  [200, 50],
] as const) {
  for (const unit of ["mg/dL", "mmol/L"]) {
    for (const style of ["plain", "ascii"]) {
      test(`the picture of ${columns} columns in ${unit} (${style}) is the stored one`, async () => {
        const argv = ["chart", "--simulate", "--seed", "91", "--unit", unit, ...(style === "ascii" ? ["--ascii"] : [])];
        const env = { COLUMNS: String(columns), LINES: String(lines) };
        const { stdout } = await runHere(argv, { env });
        assertStored(`chart-${columns}-${unit === "mg/dL" ? "mgdl" : "mmol"}-${style}`, stdout);
      });
    }
  }
}
