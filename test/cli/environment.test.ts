import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, describe, test } from "node:test";
import type { Clock } from "../../src/index.ts";
import { Interruption } from "../../src/cli/io.ts";
import { nearest } from "../../src/nearest.ts";
import { calledAs } from "../../src/cli/program-name.ts";
import { ShareSimulator, VirtualClock } from "../../src/simulator/index.ts";
import { runHere, until } from "./harness.ts";
import { fixedClock, NOW } from "./moment.ts";
import { runOnPipe, start } from "./terminal.ts";

const ACCOUNT = { username: "someone@example.com", password: "secret" };
const ENV = { DEXCOM_USERNAME: ACCOUNT.username, DEXCOM_PASSWORD: ACCOUNT.password };
const folder = mkdtempSync(path.join(tmpdir(), "dexcom-share-env-"));
after(() => rmSync(folder, { recursive: true, force: true }));

function simulate(): ShareSimulator {
  const readings = [3, 8].map((ago) => ({ datetime: new Date(NOW - ago * 60_000), mgDl: 132 - ago }));
  return new ShareSimulator({ accounts: [{ ...ACCOUNT, readings }], clock: fixedClock });
}

describe("the environment", () => {
  test("DEXCOM_UNIT is the default of --unit", async () => {
    const world = { env: { ...ENV, DEXCOM_UNIT: "mmol" }, fetch: simulate().fetch };
    assert.match((await runHere([], world)).stdout, /^7\.2 mmol\/L/);
    assert.match((await runHere(["--unit", "mg/dL"], world)).stdout, /^129 mg\/dL/);
    assert.match((await runHere(["readings"], world)).stdout, /7\.2 mmol\/L/);
    const wrong = await runHere([], { env: { ...ENV, DEXCOM_UNIT: "stone" } });
    assert.deepEqual([wrong.exitCode, wrong.stderr], [2, "dexcom-share-ts: DEXCOM_UNIT must be mg/dL or mmol/L.\n"]);
    assert.equal((await runHere(["followers"], { ...world, env: { ...ENV, DEXCOM_UNIT: "stone" } })).exitCode, 0);
  });

  test("DEXCOM_BASE_URL is the default of --base-url, and --simulate ignores it", async () => {
    const simulator = simulate();
    const env = { ...ENV, DEXCOM_BASE_URL: "https://share.example.com/prefix" };
    assert.equal((await runHere([], { env, fetch: simulator.fetch })).exitCode, 0);
    assert.equal(simulator.requests[0]!.origin, "https://share.example.com");
    assert.equal((await runHere(["latest", "--simulate"], { env })).exitCode, 0);
    const wrong = await runHere(["doctor", "--try-regions"], { env });
    assert.deepEqual([wrong.exitCode, wrong.stdout], [2, ""]);
  });

  test("--env-file reads variables, and the environment takes precedence", async () => {
    const file = path.join(folder, "account.env");
    writeFileSync(file, `DEXCOM_USERNAME=${ACCOUNT.username}\nDEXCOM_PASSWORD="secret"\nDEXCOM_UNIT=mmol/L\n`);
    const { fetch } = simulate();
    assert.match((await runHere(["--env-file", file], { fetch })).stdout, /^7\.2 mmol\/L/);
    assert.match((await runHere(["--env-file", file], { fetch, env: { DEXCOM_UNIT: "mg" } })).stdout, /^129 mg\/dL/);
    const missing = await runHere(["--env-file", path.join(folder, "none")], { fetch });
    assert.deepEqual(
      [missing.exitCode, missing.stderr],
      [2, "dexcom-share-ts: --env-file: The file can't be read (ENOENT).\n"],
    );
  });

  test("a region is read in any case, from the option and from the variable", async () => {
    for (const [argv, env] of [
      [["--region", "Us"], ENV],
      [[], { ...ENV, DEXCOM_REGION: "US" }],
    ] as const) {
      assert.equal((await runHere(argv, { env, fetch: simulate().fetch })).exitCode, 0);
    }
  });
});

test("options may stand before and after the subcommand", async () => {
  const { fetch } = simulate();
  const expected = (await runHere(["readings", "--unit", "mmol/L", "--count", "1"], { env: ENV, fetch })).stdout;
  for (const argv of [
    ["--unit", "mmol/L", "readings", "--count", "1"],
    ["--unit=mmol/L", "--count", "1", "readings"],
    ["--count", "1", "readings", "--unit", "mmol/L"],
  ]) {
    const ran = await runHere(argv, { env: ENV, fetch });
    assert.deepEqual([ran.exitCode, ran.stdout], [0, expected], argv.join(" "));
  }
  const help = await runHere(["--json", "followers", "--help"]);
  assert.match(help.stdout, /Usage: dexcom-share-ts followers/);
});

test("the nearest name is suggested, and nothing that is far", () => {
  const names = ["current", "readings", "watch", "--minutes", "--unit"];
  for (const [given, meant] of [
    ["curent", "current"],
    ["raedings", "readings"],
    ["WATHC", "watch"],
    ["--minuts", "--minutes"],
    ["hunter2", undefined],
    ["", undefined],
    ["x".repeat(100_000), undefined],
  ] as const) {
    assert.equal(nearest(given, names), meant, given.slice(0, 20));
  }
});

test("hints repeat how the command was called", async () => {
  for (const [script, env, name] of [
    ["/usr/local/bin/dexcom-share-ts", {}, "dexcom-share-ts"],
    ["C:/npm/dexcom-share-ts.cmd", {}, "dexcom-share-ts"],
    [
      "/cache/_npx/1/node_modules/.bin/dexcom-share-ts",
      { npm_command: "exec", npm_lifecycle_event: "npx" },
      "npx dexcom-share-ts",
    ],
    [path.resolve("dist/cli.js"), {}, `node ${path.join("dist", "cli.js")}`],
    [undefined, {}, "dexcom-share-ts"],
  ] as const) {
    assert.equal(calledAs(script, env), name);
  }
  const empty = new ShareSimulator({ accounts: [{ ...ACCOUNT, readings: [] }], clock: fixedClock });
  for (const command of [[], ["latest"], ["readings"], ["chart"]]) {
    const { stderr } = await runHere(command, { env: ENV, fetch: empty.fetch, calledAs: "npx dexcom-share-ts" });
    assert.match(stderr, /`npx dexcom-share-ts doctor`/);
  }
});

describe("--scenario", () => {
  for (const [scenario, argv, exitCode, pattern] of [
    ["low", ["current"], 0, /↘|↓/],
    ["stale", ["current"], 3, /^$/],
    ["stale", ["latest"], 0, /4\d min ago: not current/],
    ["empty", ["latest"], 3, /^$/],
    ["no-follower", ["followers"], 0, /^$/],
    ["no-follower", ["latest"], 3, /^$/],
    ["steady", ["followers"], 0, /Grandmother/],
    ["steady", ["current"], 0, /→ steady/],
  ] as const) {
    test(`${scenario}: ${argv[0]}`, async () => {
      const ran = await runHere([...argv, "--simulate", "--scenario", scenario]);
      assert.equal(ran.exitCode, exitCode, ran.stderr);
      assert.match(ran.stdout, pattern);
    });
  }

  test("is one of the known ones, and needs --simulate", async () => {
    const wrong = await runHere(["--simulate", "--scenario", "lo"]);
    assert.match(wrong.stderr, /^dexcom-share-ts: --scenario: Allowed choices are .*steady, low, /);
    assert.equal((await runHere(["--scenario", "low"], { env: ENV })).exitCode, 2);
    assert.match((await runHere(["simulate", "--help"])).stdout, /compression-low {2,}the wearer lies on the sensor/);
  });
});

describe("--speed", () => {
  /** The same time, a week later. */
  const aWeekAhead = (clock: VirtualClock): Clock => ({
    now: () => clock.now() + 7 * 86_400_000,
    sleep: (ms, signal) => clock.sleep(ms, signal),
    hold: (work) => clock.hold(work),
  });

  test("watch --simulate --speed 60 shows an hour of readings in a minute", async () => {
    const clock = new VirtualClock(NOW);
    const interrupted = new AbortController();
    const argv = ["watch", "--simulate", "--speed", "60", "--seed", "1", "--json"];
    let printed = "";
    const onOutput = ({ stdout }: { stdout: string }): void => void (printed = stdout);
    const running = runHere(argv, { clock, signal: interrupted.signal, onOutput });
    await until(() => printed !== "");
    await clock.advance(60_000);
    interrupted.abort(new Interruption(2));
    const { stdout, exitCode } = await running;
    const times = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as { datetime: string; ageMs: number });
    assert.equal(exitCode, 0);
    assert.ok(times.length >= 12 && times.length <= 14, `${String(times.length)} readings`);
    assert.ok(times.every(({ ageMs }) => ageMs >= 0 && ageMs < 600_000));
  });

  test("needs a simulator", async () => {
    const ran = await runHere(["--speed", "60"], { env: ENV });
    assert.deepEqual([ran.exitCode, ran.stdout], [2, ""]);
    assert.match(ran.stderr, /^dexcom-share-ts: --speed needs --simulate/);
  });

  test("a client of `simulate --speed` agrees with it about the time", async () => {
    const clock = new VirtualClock(NOW);
    const simulator = new ShareSimulator({ accounts: [ACCOUNT], clock: aWeekAhead(clock) });
    const argv = ["latest", "--base-url", "http://127.0.0.1:1", "--speed", "60", "--json"];
    const ran = await clock.runUntil(runHere(argv, { env: ENV, fetch: simulator.fetch, clock }));
    const { ageMs } = JSON.parse(ran.stdout) as { ageMs: number };
    assert.ok(ageMs >= 0 && ageMs < 600_000, `${String(ageMs)} ms`);
  });
});

test("a lock-out of `simulate` is lifted by a POST that its greeting prints", async () => {
  const server = start(["simulate", "--speed", "2"]);
  try {
    const unlock = await server.says(/curl -X POST (http:\S+)/);
    await server.says(/--speed 2\n/);
    const baseUrl = new URL(unlock).origin;
    const login = async (password: string): Promise<string> => {
      const body = JSON.stringify({
        accountName: "us@example.com",
        password,
        applicationId: "d89443d2-327c-4a6f-89e5-496bbb0317db",
      });
      const url = `${baseUrl}/ShareWebServices/Services/General/AuthenticatePublisherAccount`;
      const headers = { "content-type": "application/json" };
      return (await fetch(url, { method: "POST", headers, body })).text();
    };
    for (let post = 0; post < 4; post++) await login("wrong");
    assert.match(await login("simulated"), /MaxAttempts/);
    assert.equal((await fetch(unlock)).status, 404, "a GET lifts nothing");
    assert.match(await (await fetch(unlock, { method: "POST" })).text(), /lifted/);
    assert.match(await login("simulated"), /^"[\da-f-]{36}"$/);
  } finally {
    server.child.kill("SIGINT");
    await server.ended();
  }
});

describe("an output that can't be written", () => {
  for (const argv of [["readings"], ["chart"], ["latest", "--json"], ["stats"], ["archive", "export"], ["--help"]]) {
    test(
      `a full disk is one line and exit code 1: ${argv.join(" ")}`,
      { skip: process.platform !== "linux" },
      async () => {
        const words = [...(argv[0] === "--help" ? [] : ["--simulate"]), ...argv].join(" ");
        const ended = await runOnFull(words);
        assert.deepEqual(
          [ended.exitCode, ended.stderr],
          [1, "dexcom-share-ts: The output can't be written (ENOSPC).\n"],
        );
      },
    );
  }
});

/** Runs the command with `/dev/full` as its output. */
async function runOnFull(words: string): Promise<{ exitCode: number | null; stderr: string }> {
  const { Running } = await import("./terminal.ts");
  const program = path.join(import.meta.dirname, "fixed-clock.ts");
  const running = new Running("sh", ["-c", `exec ${process.execPath} ${program} ${words} >/dev/full`], {});
  running.child.stdin!.end();
  const { exitCode, stderr } = await running.ended();
  return { exitCode, stderr };
}

test("there is no prompt without a terminal", async () => {
  const { exitCode, stderr } = await runOnPipe(["current"]);
  assert.equal(exitCode, 2);
  assert.match(stderr, /^dexcom-share-ts: Set DEXCOM_USERNAME/);
});
