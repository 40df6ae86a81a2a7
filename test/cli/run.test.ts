import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { VirtualClock } from "../../src/simulator/index.ts";
import { runHere } from "./harness.ts";
import { NOW } from "./moment.ts";
import { ACCOUNT, ENV, READINGS, runAgainst, simulate } from "./simulated-account.ts";

test("each subcommand writes its result to stdout", async () => {
  for (const [command, stdout] of [
    ["", "132 mg/dL ↗ rising slightly, 3 min ago\n"],
    ["current", "132 mg/dL ↗ rising slightly, 3 min ago\n"],
    ["--unit mmol/L", "7.3 mmol/L ↗ rising slightly, 3 min ago\n"],
    ["current --unit MMOL", "7.3 mmol/L ↗ rising slightly, 3 min ago\n"],
    ["latest", "132 mg/dL ↗ rising slightly, 3 min ago\n"],
    [
      "readings --minutes 60",
      "2026-01-15 15:57:00-04:00   132 mg/dL  ↗   3 min ago\n" +
        "2026-01-15 15:52:00-04:00   LOW mg/dL  ?   8 min ago\n" +
        "2026-01-15 15:47:00-04:00  HIGH mg/dL      13 min ago\n",
    ],
    ["readings --count 1 --unit mmol/L", "2026-01-15 15:57:00-04:00   7.3 mmol/L  ↗   3 min ago\n"],
    [
      "readings --csv",
      "datetime,timezone,mgDl,mmolL,level,trend,trendDirection\n" +
        "2026-01-15T19:57:00.000Z,-04:00,132,7.3,in-range,3,FortyFiveUp\n" +
        "2026-01-15T19:52:00.000Z,-04:00,39,2.2,low,8,NotComputable\n" +
        "2026-01-15T19:47:00.000Z,-04:00,401,22.3,high,0,None\n" +
        "2026-01-15T08:20:00.000Z,-04:00,90,5,in-range,4,Flat\n",
    ],
  ]) {
    const simulator = simulate();
    assert.deepEqual(await runAgainst(simulator, command!), { exitCode: 0, stdout, stderr: "" }, command);
    assert.equal(simulator.requests.length, 3);
  }
});

test("JSON has the named fields and the age, for a single reading and for a list", async () => {
  const expected = {
    mgDl: 132,
    mmolL: 7.3,
    trend: 3,
    trendDirection: "FortyFiveUp",
    trendDescription: "rising slightly",
    trendArrow: "↗",
    datetime: "2026-01-15T19:57:00.000Z",
    timezone: "-0400",
    level: "in-range",
    ageMs: 180_000,
  };
  for (const command of ["--json", "latest --json"]) {
    assert.deepEqual(JSON.parse((await runAgainst(simulate(), command)).stdout), expected);
  }
  const list = JSON.parse((await runAgainst(simulate(), "readings --json")).stdout) as { level: string }[];
  assert.deepEqual(list[0], expected);
  assert.deepEqual(
    list.map(({ level }) => level),
    ["in-range", "low", "high", "in-range"],
  );
});

test("without a reading the exit code is 3, and stdout keeps its form", async () => {
  const old = READINGS.slice(3);
  for (const [command, readings, stdout] of [
    ["current", old, ""],
    ["current --json", old, "null\n"],
    ["latest", [], ""],
    ["latest --json", [], "null\n"],
    ["readings", [], ""],
    ["readings --json", [], "[]\n"],
    ["readings --csv", [], "datetime,timezone,mgDl,mmolL,level,trend,trendDirection\n"],
    ["readings --minutes 10", old, ""],
    ["chart", [], ""],
  ] as const) {
    const ran = await runAgainst(simulate(readings), command);
    assert.deepEqual([ran.exitCode, ran.stdout], [3, stdout], command);
    assert.match(ran.stderr, /^No reading.*dexcom-share-ts doctor/, command);
  }
  assert.equal((await runAgainst(simulate(old), "latest")).stdout, "90 mg/dL → steady, 11 h 40 min ago: not current\n");
});

test("a failure is reported on stderr, with advice, and exits with 1", async () => {
  for (const command of ["current", "latest --json", "readings --csv", "chart"]) {
    const simulator = simulate();
    simulator.changePassword(ACCOUNT.username, "another");
    const ran = await runAgainst(simulator, command);
    assert.deepEqual([ran.exitCode, ran.stdout], [1, ""]);
    assert.match(
      ran.stderr,
      /^dexcom-share-ts: Failed to authenticate \(AccountPasswordInvalid\)\nA wrong password, an unknown user and a wrong region/,
    );
    assert.equal(simulator.requests.length, 1, "a refused password was sent again");
  }
});

test("a failure without a response is distinguished from a refusal", async () => {
  const clock = new VirtualClock(NOW);
  const ran = await clock.runUntil(runHere([], { env: ENV, clock }));
  assert.equal(ran.exitCode, 1);
  assert.match(ran.stderr, /^dexcom-share-ts: No response from share2\.dexcom\.com\nCheck the internet connection/);
});

test("a mistake in use is reported in one line and exits with 2, and nothing is sent", async () => {
  for (const [command, message, env] of [
    ["curent", /^dexcom-share-ts: unknown subcommand; did you mean current\?\n$/],
    ["readings --minuts 5", /unknown option; did you mean --minutes\?\n$/],
    ["gibberish", /unknown subcommand; see dexcom-share-ts --help/],
    ["--minutes 5", /^dexcom-share-ts: unknown option; see dexcom-share-ts current --help\n$/],
    ["readings --minutes 0", /must be a whole number from 1 to 1440/],
    ["readings --minutes 1e3", /must be a whole number/],
    ["readings --count 289", /must be a whole number from 1 to 288/],
    ["readings --json --csv", /cannot be used with/],
    ["--unit stone", /must be mg\/dL or mmol\/L/],
    ["--region eu", /^dexcom-share-ts: --region: It must be us, ous or jp/],
    ["--simulate --base-url https://example.com", /cannot be used with/],
    ["--base-url http://example.com", /^dexcom-share-ts: --base-url must be https/],
    ["chart --low 200", /--low must be less than --high/],
    ["chart --high 500", /--high must be no more than 400/],
    ["chart --low 0", /must be a number above 0/],
    ["chart --width 9", /must be a whole number from 10/],
    ["chart --low 39", /--low must be at least 40 mg\/dL/],
    ["simulate --port 70000", /must be a whole number from 0 to 65535/],
    ["simulate --speed x", /must be a number above 0/],
    ["doctor --try-regions --base-url https://example.com", /cannot be used with/],
    ["current", /DEXCOM_REGION must be us, ous or jp/, { ...ENV, DEXCOM_REGION: "mars" }],
    [
      "current",
      /Give DEXCOM_USERNAME or DEXCOM_ACCOUNT_ID, not both/,
      { ...ENV, DEXCOM_ACCOUNT_ID: "99999999-9999-9999-9999-999999999999" },
    ],
    ["current", /Set DEXCOM_USERNAME \(or DEXCOM_ACCOUNT_ID\) and DEXCOM_PASSWORD in the environment/, {}],
    ["current", /Set DEXCOM_PASSWORD in the environment/, { DEXCOM_USERNAME: "canary", DEXCOM_PASSWORD: "" }],
  ] as [string, RegExp, Record<string, string>?][]) {
    const simulator = simulate();
    const ran = await runAgainst(simulator, command, env && { env });
    assert.equal(ran.exitCode, 2, command);
    assert.match(ran.stderr, message, command);
    assert.equal(ran.stdout, "");
    assert.equal(simulator.requests.length, 0);
  }
});

test("credentials are not taken from arguments, nor repeated from there", async () => {
  for (const command of [
    "--password=canary",
    "--password canary",
    "current --username=canary",
    "current canary",
    "doctor --pasword=canary",
  ]) {
    const ran = await runAgainst(simulate(), command);
    assert.equal(ran.exitCode, 2);
    assert.match(ran.stderr, /unknown option|unknown subcommand|too many arguments/);
  }
});

test("the environment names the account and the region", async () => {
  const accountId = "88888888-8888-8888-8888-888888888888";
  const accounts = [{ ...ACCOUNT, accountId, region: "ous" as const, readings: READINGS }];
  const origins = async (env: Record<string, string>, command = ""): Promise<string[]> => {
    const simulator = simulate([], { accounts });
    const ran = await runAgainst(simulator, command, { env: { ...env, DEXCOM_PASSWORD: ACCOUNT.password } });
    assert.equal(ran.exitCode, 0);
    return simulator.requests.map(({ origin, operation }) => `${origin} ${String(operation)}`);
  };
  const [read, logIn] = ["ReadPublisherLatestGlucoseValues", "LoginPublisherAccountById"];
  const host = "https://shareous1.dexcom.com";
  assert.deepEqual(await origins({ DEXCOM_ACCOUNT_ID: accountId, DEXCOM_REGION: "OUS" }), [
    `${host} ${logIn}`,
    `${host} ${read}`,
  ]);
  const byName = [`${host} AuthenticatePublisherAccount`, `${host} ${logIn}`, `${host} ${read}`];
  assert.deepEqual(await origins({ DEXCOM_USERNAME: ACCOUNT.username, DEXCOM_REGION: "us" }, "--region ous"), byName);
});

test("a simulated account needs no credentials, and gets no real ones", async () => {
  for (const region of ["us", "ous", "jp"]) {
    for (const command of [
      "current --seed 91",
      "latest --seed 91",
      "readings --seed 91 --count 2",
      "chart --seed 91",
      "doctor --seed 91",
    ]) {
      const ran = await runHere([...command.split(" "), "--simulate", "--region", region], { env: ENV });
      assert.equal(ran.exitCode, 0, `${command} ${region}: ${ran.stdout}${ran.stderr}`);
      assert.notEqual(ran.stdout, "");
    }
  }
  const [one, same, other] = await Promise.all(
    ["1", "1", "2"].map((seed) => runHere(["readings", "--simulate", "--seed", seed])),
  );
  assert.equal(one!.stdout, same!.stdout);
  assert.notEqual(one!.stdout, other!.stdout);
});

test("help and version go to stdout and exit with 0", async () => {
  const { version } = JSON.parse(readFileSync(path.join(import.meta.dirname, "../../package.json"), "utf8")) as {
    version: string;
  };
  assert.deepEqual(await runHere(["--version"]), { exitCode: 0, stdout: `${version}\n`, stderr: "" });
  const help = await runHere(["--help"]);
  assert.equal(help.exitCode, 0);
  for (const word of [
    "current",
    "latest",
    "readings",
    "watch",
    "chart",
    "stats",
    "archive",
    "followers",
    "simulate",
    "doctor",
    "DEXCOM_PASSWORD",
    "Exit codes",
  ]) {
    assert.ok(help.stdout.includes(word), word);
  }
  assert.match((await runHere(["doctor", "--help"])).stdout, /14 login/);
  assert.match((await runHere(["chart", "--help"], { terminal: { columns: 60, rows: 20 } })).stdout, /--low <figure>/);
});
