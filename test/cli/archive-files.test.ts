import assert from "node:assert/strict";
import { statSync, writeFileSync } from "node:fs";
import { describe, test } from "node:test";
import { newDirectory } from "./harness.ts";
import { Person } from "./archive-person.ts";

describe("import and export", () => {
  const header = (unit: string): string =>
    `Index,Timestamp (YYYY-MM-DDThh:mm:ss),Event Type,Event Subtype,Patient Info,Device Info,Source Device ID,Glucose Value (${unit}),Insulin Value (u),Carb Value (grams),Duration (hh:mm:ss),Glucose Rate of Change (${unit}/min),Transmitter Time (Long Integer),Transmitter ID`;
  const clarity = (unit: string, values: readonly string[]): string =>
    [
      header(unit),
      '"1",,"FirstName",,"Canary",,,,,,,,,',
      '"2",,"DateOfBirth",,"1999-01-01",,,,,,,,,',
      ...values.map((value, i) => `"${i + 3}","2026-01-05T08:0${i * 5}:00","EGV",,,,"iPhone","${value}",,,,,"1","8X"`),
      "",
    ].join("\r\n");
  const fileOf = (text: string): string => {
    const file = `${newDirectory()}.txt`;
    writeFileSync(file, text);
    return file;
  };

  for (const [unit, values, expected] of [
    ["mg/dL", ["105", "Low"], [105, 39]],
    ["mmol/L", ["5.5", "High"], [99, 401]],
  ] as const) {
    test(`takes a Clarity export in ${unit}, in the time zone that is given`, async () => {
      const person = new Person();
      await person.says("archive on");
      const file = fileOf(clarity(unit, values));
      const said = await person.says(`archive import ${file} --timezone Europe/Berlin`);
      assert.equal(said, "2 readings in the file, 2 of them new.\n");
      assert.match(await person.says(`archive import ${file} --timezone Europe/Berlin`), /, 0 of them new/);
      const lines = (await person.says("archive export --format ndjson")).trimEnd().split("\n");
      const points = lines.map((line) => JSON.parse(line) as { datetime: string; mgDl: number; timezone: string });
      assert.deepEqual(
        points.map(({ mgDl }) => mgDl),
        expected,
      );
      assert.deepEqual([points[0]!.datetime, points[0]!.timezone], ["2026-01-05T07:00:00.000Z", "+0100"]);
    });
  }

  test("a Clarity export needs the zone: asked in a terminal, else an error that names the option", async () => {
    const person = new Person();
    await person.says("archive on");
    const file = fileOf(clarity("mg/dL", ["105"]));
    for (const [more, stderr] of [
      ["", "--timezone is needed, such as Europe/Berlin: the times of a Clarity export have no offset."],
      [" --timezone Nowhere/Land", '--timezone must be an IANA time zone, such as "Europe/Berlin"'],
    ] as const) {
      const ran = await person.run(`archive import ${file}${more}`);
      assert.deepEqual(ran, { exitCode: 2, stdout: "", stderr: `dexcom-share-ts: ${stderr}\n` });
    }
    const asked = await person.run(`archive import ${file}`, { answers: [[/Berlin: $/, "Asia/Tokyo\r"]] });
    assert.match(asked.stdout, /1 of them new/);
  });

  test("a row that can't be right is one line without text of the file, and nothing is added", async () => {
    const person = new Person();
    await person.says("archive on");
    for (const [text, message] of [
      [clarity("mg/dL", ["105", "secret"]), "Row 5 has no valid glucose value"],
      ["Name,Secret\n1,2\n", "The CSV must have datetime and mgDl"],
      ["{secret", "Line 1 is not valid JSON"],
    ] as const) {
      const ran = await person.run(`archive import ${fileOf(text)} --timezone UTC`);
      assert.deepEqual([ran.exitCode, ran.stderr], [2, `dexcom-share-ts: ${message}\n`]);
    }
    const missing = await person.run("archive import /nowhere/at-all.csv");
    assert.deepEqual(
      [missing.exitCode, missing.stderr],
      [2, "dexcom-share-ts: import: The file can't be read (ENOENT).\n"],
    );
    assert.equal(await person.count(), 0);
  });

  for (const form of ["csv", "ndjson"]) {
    test(`an export as ${form} is a file for this user alone, and comes back as it was`, async () => {
      const [person, other] = [new Person(), new Person()];
      await person.says("archive on");
      await person.says("readings");
      const file = `${newDirectory()}.out`;
      assert.equal(await person.says(`archive export ${file} --format ${form}`), "288 readings exported.\n");
      assert.equal(statSync(file).mode & 0o777, 0o600);
      await other.says("archive on");
      assert.match(await other.says(`archive import ${file}`), /288 of them new/);
      assert.equal(await other.says("archive export"), await person.says("archive export"));
      const again = await person.run(`archive export ${file}`);
      assert.deepEqual(
        [again.exitCode, again.stderr],
        [2, "dexcom-share-ts: export: The file exists already. Choose another name.\n"],
      );
    });
  }

  test("an export in Clarity's form has its columns, in either unit", async () => {
    const person = new Person();
    await person.says("archive on");
    await person.says("current");
    const text = await person.says("archive export --format clarity --unit mmol/L");
    assert.equal(text.split("\n")[0], header("mmol/L"));
    assert.match(text, /^1,2026-01-15T15:57:00,EGV,,,,,5\.6,/m);
  });

  test("an export that can't be written is one line", async () => {
    const person = new Person();
    await person.says("archive on");
    const { exitCode, stderr } = await person.run("archive export /nowhere/at-all.csv");
    assert.deepEqual([exitCode, stderr], [1, "dexcom-share-ts: export: The file can't be written (ENOENT).\n"]);
  });
});
