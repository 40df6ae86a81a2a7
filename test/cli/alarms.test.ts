import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, describe, test } from "node:test";
import { runProgram } from "../../src/cli/alarms/program.ts";
import { Interruption } from "../../src/cli/io.ts";
import { ShareSimulator, VirtualClock } from "../../src/simulator/index.ts";
import { runHere, until, type Ran, type World } from "./harness.ts";
import { NOW } from "./moment.ts";

const MINUTE_MS = 60_000;
const ACCOUNT = { username: "canary-name@example.com", password: "canary-password" };
const ENV = { DEXCOM_USERNAME: ACCOUNT.username, DEXCOM_PASSWORD: ACCOUNT.password, PATH: process.env["PATH"] ?? "" };
/** A low of half an hour that begins 10 minutes from now. */
const READINGS = Array.from({ length: 40 }, (_, i) => i - 20).map((slot) => ({
  datetime: NOW + slot * 5 * MINUTE_MS,
  availableAt: NOW + slot * 5 * MINUTE_MS + 18_000,
  mgDl: slot >= 2 && slot < 8 ? 65 : 110,
}));

const folder = mkdtempSync(path.join(tmpdir(), "dexcom-share-alarms-"));
after(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;

/** Writes a file of the test's own, and returns its path. */
function fileOf(content: string, mode = 0o600): string {
  const file = path.join(folder, `file-${files++}`);
  writeFileSync(file, content, { mode });
  return file;
}

/** A program that appends its stdin and its environment to files. */
function recorder(): { program: string; out: string; events: () => Record<string, unknown>[] } {
  const out = path.join(folder, `out-${files++}`);
  const program = fileOf(`#!/bin/sh\nenv > '${out}.env'\ncat >> '${out}'\n`, 0o700);
  // Whole lines only: the shell makes the file before anything is written to it.
  const lines = (): string[] => (existsSync(out) ? readFileSync(out, "utf8").split("\n").slice(0, -1) : []);
  return { program, out, events: () => lines().map((line) => JSON.parse(line) as Record<string, unknown>) };
}

/** Rules that ring once for a low. */
const LOW_ONLY = fileOf('{"low":{"remindMinutes":null}}');

async function watchFor(
  minutes: number,
  argv: readonly string[],
  { startMs = NOW, until: condition, ...world }: World & { startMs?: number; until?: () => boolean } = {},
): Promise<Ran> {
  const clock = new VirtualClock(startMs);
  const simulator = new ShareSimulator({ accounts: [{ ...ACCOUNT, readings: READINGS }], clock });
  const interrupted = new AbortController();
  const running = runHere(["watch", ...argv], {
    env: ENV,
    fetch: simulator.fetch,
    clock,
    signal: interrupted.signal,
    ...world,
  });
  // The files that are read before the first request take real time.
  await until(() => simulator.requests.length > 0 && clock.sleeping > 0);
  await clock.advance(minutes * MINUTE_MS);
  if (condition) await until(condition);
  interrupted.abort(new Interruption(2));
  const ran = await running;
  assert.doesNotMatch(ran.stdout + ran.stderr, /canary/, "a secret got out");
  return ran;
}

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
    ["a field that the rule has not", '{"low":{"treshold":70}}', /low takes no treshold/],
    ["an unknown rule", '{"lows":true}', /lows is no rule/],
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

  test("goes on if the state can't be written, and says so once", async () => {
    const { stdout, stderr } = await watchFor(21, ["--alarms", "--alarm-state", path.join(folder, "none", "state")]);
    assert.match(stdout, /Low: 65/);
    assert.equal(stderr, "dexcom-share-ts: --alarm-state: The file can't be written (ENOENT).\n");
  });
});

describe("--on-alarm", { skip: isWindows && "the programs are shell scripts" }, () => {
  test("gives each event to the program, in order, without the credentials", async () => {
    const { program, out, events } = recorder();
    await watchFor(61, ["--alarms", LOW_ONLY, "--on-alarm", program], { until: () => events().length >= 2 });
    assert.deepEqual(
      events().map(({ type, rule, text }) => [type, rule, text]),
      [
        ["raised", "low", "Low: 65 mg/dL"],
        ["recovered", "low", "No longer low: 110 mg/dL"],
      ],
    );
    const env = readFileSync(`${out}.env`, "utf8");
    assert.match(env, /^ALARM_TEXT=No longer low: 110 mg\/dL$/m);
    assert.match(env, /^ALARM_RULE=low$/m);
    assert.match(env, /^ALARM_MG_DL=110$/m);
    assert.doesNotMatch(env, /DEXCOM|canary/);
  });

  test("is tried again if the program fails, tells it, and readings go on", async () => {
    const { program, events } = recorder();
    const failing = fileOf(
      `#!/bin/sh\n[ -e '${program}.mark' ] && exec '${program}'\ntouch '${program}.mark'\nexit 3\n`,
      0o700,
    );
    const clock = new VirtualClock(NOW);
    const simulator = new ShareSimulator({ accounts: [{ ...ACCOUNT, readings: READINGS }], clock });
    const interrupted = new AbortController();
    const running = runHere(["watch", "--alarms", LOW_ONLY, "--on-alarm", failing], {
      env: ENV,
      fetch: simulator.fetch,
      clock,
      signal: interrupted.signal,
    });
    await until(() => simulator.requests.length > 0 && clock.sleeping > 0);
    await clock.advance(11 * MINUTE_MS);
    await until(() => existsSync(`${program}.mark`));
    for (let tries = 0; events().length === 0 && tries < 500; tries++) {
      await clock.advance(15_000);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    interrupted.abort(new Interruption(2));
    const { stderr, stdout } = await running;
    assert.match(stderr, /--on-alarm: The program failed: exit code 3\n/);
    assert.equal(events()[0]!["rule"], "low");
    assert.match(stdout, /65 mg\/dL {2}→/);
  });

  test("kills a program that hangs", async () => {
    const program = fileOf("#!/bin/sh\nexec sleep 600\n", 0o700);
    const event = { type: "state-lost", priority: "warning", at: new Date(NOW) } as const;
    await assert.rejects(
      runProgram(program, { event, unit: "mg/dL" }, { env: ENV, maxRunMs: 50 }),
      /longer than 0\.05 s/,
    );
  });

  test("does not mind a program that reads nothing", async () => {
    const program = fileOf("#!/bin/sh\nexit 0\n", 0o700);
    const event = { type: "state-lost", priority: "warning", at: new Date(NOW) } as const;
    await runProgram(program, { event, unit: "mg/dL" }, { env: ENV });
  });
});

describe("alarms test", () => {
  test("prints a marked line", async () => {
    const { exitCode, stdout, stderr } = await runHere(["alarms", "test", "--unit", "mmol/L"]);
    assert.deepEqual(
      [exitCode, stdout, stderr],
      [0, "2026-01-15 20:00:00 UTC  URGENT   TEST: Urgent low: 2.9 mmol/L\n", ""],
    );
  });

  test("runs the program with a marked event, and fails if it does", { skip: isWindows }, async () => {
    const { program, events, out } = recorder();
    assert.equal((await runHere(["alarms", "test", "--on-alarm", program], { env: ENV })).exitCode, 0);
    assert.deepEqual(
      events().map(({ rule, isTest, text }) => [rule, isTest, text]),
      [["urgentLow", true, "TEST: Urgent low: 52 mg/dL"]],
    );
    assert.match(readFileSync(`${out}.env`, "utf8"), /^ALARM_TEST=1$/m);
    const failed = await runHere(["alarms", "test", "--on-alarm", fileOf("#!/bin/sh\nexit 1\n", 0o700)], { env: ENV });
    assert.deepEqual(
      [failed.exitCode, failed.stderr],
      [1, "dexcom-share-ts: --on-alarm: The program failed: exit code 1\n"],
    );
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

  test("prints the same as JSON, and the change keeps what it says", async () => {
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
