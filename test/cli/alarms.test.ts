import assert from "node:assert/strict";
import { statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import { runHere } from "./harness.ts";
import { NOW } from "./moment.ts";
import { ENV, fileOf, folder, watchFor } from "./alarm-files.ts";

const MINUTE_MS = 60_000;

/** Rules that ring once for a low. */
const LOW_ONLY = fileOf('{"low":{"remindMinutes":null}}');

const isWindows = process.platform === "win32";

describe("watch --alarms", () => {
  test("prints a line for each event, and a bell on a terminal alone", async () => {
    const { stdout, stderr, exitCode } = await watchFor(61, ["--alarms"]);
    assert.deepEqual([exitCode, stderr], [0, ""]);
    assert.deepEqual(
      stdout
        .split("\n")
        .filter((line) => / {2}(URGENT|WARNING|INFO) /.test(line))
        .map((line) => line.replace(/:\d\d-04:00/, "")),
      [
        "2026-01-15 16:10  WARNING  Low: 65 mg/dL",
        "2026-01-15 16:10  URGENT   Urgent low soon: 65 mg/dL",
        "2026-01-15 16:30  INFO     No longer urgent low soon: 65 mg/dL, still low",
        "2026-01-15 16:40  WARNING  Still low: 65 mg/dL",
        "2026-01-15 16:45  INFO     No longer low: 110 mg/dL",
      ],
    );
    assert.equal(stdout.split("\n").filter((line) => /\d mg\/dL {2}→/.test(line)).length, 14);
    const shown = await watchFor(16, ["--alarms"], { terminal: { columns: 80, rows: 24 } });
    assert.equal(shown.stdout.split("\u0007").length - 1, 2);
    assert.ok(!stdout.includes("\u0007"));
  });

  test("prints events as JSON with a type, which readings have not", async () => {
    const { stdout } = await watchFor(61, ["--alarms", LOW_ONLY, "--json", "--unit", "mmol/L"]);
    const items = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    assert.deepEqual(
      items.filter(({ type }) => type).map(({ type, rule, text }) => [type, rule, text]),
      [
        ["raised", "low", "Low: 3.6 mmol/L"],
        ["recovered", "low", "No longer low: 6.1 mmol/L"],
      ],
    );
    assert.equal(items.filter(({ type }) => type === undefined).length, 14);
  });

  test("rings by the rules of a file, in the unit that it names", async () => {
    const rules = fileOf(JSON.stringify({ unit: "mmol/L", low: { threshold: 3.5 }, high: { threshold: 6.1 } }));
    const { stdout } = await watchFor(16, ["--alarms", rules]);
    assert.deepEqual(stdout.match(/(URGENT|WARNING|INFO) .*/g), [
      "WARNING  High: 110 mg/dL",
      "INFO     No longer high: 65 mg/dL",
    ]);
  });

  for (const [title, content, message] of [
    ["a figure out of range", '{"low":{"threshold":3.9}}', /low\.threshold must be a number from 40 to 400 mg\/dL/],
    ["a field that the rule has not", '{"low":{"treshold":70}}', /low has no setting treshold/],
    ["an unknown rule", '{"lows":true}', /lows is not a rule/],
    ["an unknown unit", '{"unit":"g","low":true}', /unit must be mg\/dL or mmol\/L/],
    ["a list", "[]", /must hold a JSON object/],
    ["text that is no JSON", '{\n"low": true,\n}', /is not valid JSON \(line 3\)/],
  ] as const) {
    test(`refuses a file with ${title}, and sends nothing`, async () => {
      const ran = await runHere(["watch", "--alarms", fileOf(content)], { env: ENV });
      assert.deepEqual([ran.exitCode, ran.stdout], [2, ""]);
      assert.match(ran.stderr, message);
    });
  }

  for (const [title, argv, message] of [
    ["a file that is not there", ["--alarms", path.join(folder, "absent")], /can't be read \(ENOENT\)/],
    [
      "a program that is not there",
      ["--alarms", "--on-alarm", path.join(folder, "absent")],
      /There is no such program/,
    ],
    ["a program without alarms", ["--on-alarm", "sh"], /--on-alarm needs --alarms/],
    ["a state without alarms", ["--alarm-state", "x"], /--alarm-state needs --alarms/],
  ] as const) {
    test(`refuses ${title}, and sends nothing`, async () => {
      const ran = await runHere(["watch", ...argv], { env: ENV });
      assert.deepEqual([ran.exitCode, ran.stdout], [2, ""]);
      assert.match(ran.stderr, message);
    });
  }

  test("does not ring again after a restart with --alarm-state", async () => {
    const state = path.join(folder, "state.json");
    const first = await watchFor(16, ["--alarms", "--alarm-state", state]);
    assert.match(first.stdout, /Low: 65/);
    if (!isWindows) assert.equal(statSync(state).mode & 0o777, 0o600);
    const second = await watchFor(10, ["--alarms", "--alarm-state", state], { startMs: NOW + 17 * MINUTE_MS });
    assert.doesNotMatch(second.stdout, /WARNING|URGENT|INFO/);
    writeFileSync(state, "{");
    const third = await watchFor(2, ["--alarms", "--alarm-state", state], { startMs: NOW + 17 * MINUTE_MS });
    assert.match(third.stdout, /could not be read[^]*Low: 65/);
  });

  test("continues if the state can't be written, and reports it once", async () => {
    const { stdout, stderr } = await watchFor(21, ["--alarms", "--alarm-state", path.join(folder, "none", "state")]);
    assert.match(stdout, /Low: 65/);
    assert.equal(stderr, "dexcom-share-ts: --alarm-state: The file can't be written (ENOENT).\n");
  });
});

describe("alarms replay", () => {
  test("prints a table of the rules and the changes that would have been quieter", async () => {
    const { exitCode, stdout, stderr } = await runHere(["alarms", "replay", "--simulate"]);
    assert.deepEqual([exitCode, stderr], [0, ""]);
    assert.match(stdout, /^[\d,]+ readings in 14 days, longest gap .*\n\nrule +alarms +reminders +rings a week/);
    for (const rule of ["urgentLow", "low", "high", "soon", "noData"])
      assert.match(stdout, new RegExp(`^${rule} +\\d`, "m"));
    assert.match(stdout, /^\d+ lows.*first alarm -?\d/m);
    const changes = stdout.match(/^ {2}\w+\.\w+ .* in place of .*: [\d.]+ rings a week fewer/gm) ?? [];
    assert.ok(changes.length >= 1 && changes.length <= 3, stdout);
    assert.ok(!changes.some((line) => line.includes("urgentLow")));
  });

  test("prints the same as JSON, and the suggested change has the stated effect", async () => {
    const read = async (...more: string[]) =>
      JSON.parse((await runHere(["alarms", "replay", "--simulate", "--days", "7", "--json", ...more])).stdout) as {
        rules: { rule: string; ringsPerWeek: number }[];
        quieter: { rule: string; setting: string; to: number; savedPerWeek: number }[];
      };
    const before = await read();
    const [change] = before.quieter;
    assert.ok(change);
    const all = Object.fromEntries(
      before.rules.map(({ rule }) => [rule, rule === change.rule ? { [change.setting]: change.to } : true]),
    );
    const after = await read("--rules", fileOf(JSON.stringify(all)));
    const rings = ({ rules }: typeof before): number => rules.find(({ rule }) => rule === change.rule)!.ringsPerWeek;
    assert.ok(Math.abs(rings(before) - rings(after) - change.savedPerWeek) < 1e-9);
  });

  test("says so if there is no archive", async () => {
    const { exitCode, stderr } = await runHere(["alarms", "replay"], { env: ENV });
    assert.equal(exitCode, 3);
    assert.match(stderr, /No readings in the archive for 14 days/);
  });

  for (const argv of [
    ["alarms"],
    ["alarms", "ring"],
    ["alarms", "test", "--days", "3"],
    ["alarms", "replay", "--on-alarm", "sh"],
  ]) {
    test(`refuses ${argv.join(" ")}`, async () => assert.equal((await runHere(argv)).exitCode, 2));
  }
});
