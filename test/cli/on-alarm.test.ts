import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { runProgram } from "../../src/cli/alarms/program.ts";
import { Interruption } from "../../src/cli/io.ts";
import { ShareSimulator, VirtualClock } from "../../src/simulator/index.ts";
import { runHere, until } from "./harness.ts";
import { NOW } from "./moment.ts";
import { ACCOUNT, ENV, fileOf, newPath, READINGS, watchFor } from "./alarm-files.ts";

const MINUTE_MS = 60_000;

/** A program that appends its stdin and its environment to files. */
function recorder(): { program: string; out: string; events: () => Record<string, unknown>[] } {
  const out = newPath();
  const program = fileOf(`#!/bin/sh\nenv > '${out}.env'\ncat >> '${out}'\n`, 0o700);
  // Whole lines only: the shell makes the file before anything is written to it.
  const lines = (): string[] => (existsSync(out) ? readFileSync(out, "utf8").split("\n").slice(0, -1) : []);
  return { program, out, events: () => lines().map((line) => JSON.parse(line) as Record<string, unknown>) };
}

/** Rules that ring once for a low. */
const LOW_ONLY = fileOf('{"low":{"remindMinutes":null}}');

const isWindows = process.platform === "win32";

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
