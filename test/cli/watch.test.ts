import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Interruption } from "../../src/cli/io.ts";
import { momentOf, parseSince } from "../../src/cli/since.ts";
import { ShareSimulator, VirtualClock, type ReadingInput } from "../../src/simulator/index.ts";
import { runHere, until, withoutColour, type Ran, type World } from "./harness.ts";
import { NOW } from "./moment.ts";
import { start } from "./terminal.ts";

const MINUTE_MS = 60_000;
const ACCOUNT = { username: "canary-name@example.com", password: "canary-password" };
const ENV = { DEXCOM_USERNAME: ACCOUNT.username, DEXCOM_PASSWORD: ACCOUNT.password };
/** One every five minutes, 18 s after it was measured; the one 15 minutes from now comes when two newer ones are there. */
const READINGS: ReadingInput[] = Array.from({ length: 40 }, (_, i) => i - 20).map((slot) => ({
  datetime: NOW + slot * 5 * MINUTE_MS,
  availableAt: NOW + slot * 5 * MINUTE_MS + (slot === 3 ? 12 * MINUTE_MS : 18_000),
  mgDl: slot === 2 ? 401 : 120 + slot,
}));

/** Watches for so long on a virtual clock, and is interrupted then. */
async function watchFor(
  minutes: number,
  command: string,
  { prepare, ...world }: World & { prepare?: (simulator: ShareSimulator) => void } = {},
): Promise<Ran> {
  const clock = new VirtualClock(NOW);
  const simulator = new ShareSimulator({ accounts: [{ ...ACCOUNT, readings: READINGS }], clock });
  prepare?.(simulator);
  const interrupted = new AbortController();
  const running = runHere(["watch", ...command.split(" ").filter(Boolean)], {
    env: ENV,
    fetch: simulator.fetch,
    clock,
    signal: interrupted.signal,
    ...world,
  });
  let hasEnded = false;
  void running.finally(() => (hasEnded = true)).catch(() => undefined);
  await until(() => hasEnded || (simulator.requests.length > 0 && clock.sleeping > 0));
  await clock.advance(minutes * MINUTE_MS);
  interrupted.abort(new Interruption(2));
  const ran = await running;
  assert.equal(clock.sleeping, 0, "something is left behind");
  assert.doesNotMatch(ran.stdout + ran.stderr, /canary|[\da-f]{8}-[\da-f]{4}-/, "a secret got out");
  return ran;
}

describe("dexcom-share-ts watch", () => {
  test("prints the latest reading and then each new one, a line each, and ends quietly", async () => {
    assert.deepEqual(await watchFor(31, ""), {
      exitCode: 0,
      stdout: [
        "2026-01-15 15:55:00-04:00   119 mg/dL  →",
        "2026-01-15 16:00:00-04:00   120 mg/dL  →",
        "2026-01-15 16:05:00-04:00   121 mg/dL  →",
        "2026-01-15 16:10:00-04:00  HIGH mg/dL  →",
        "2026-01-15 16:20:00-04:00   124 mg/dL  →",
        "2026-01-15 16:25:00-04:00   125 mg/dL  →",
        "2026-01-15 16:15:00-04:00   123 mg/dL  →   late",
        "2026-01-15 16:30:00-04:00   126 mg/dL  →",
        "",
      ].join("\n"),
      stderr: "",
    });
  });

  test("prints a line of JSON for each", async () => {
    const { stdout, stderr } = await watchFor(31, "--json");
    const lines = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as { mgDl: number; level: string; ageMs: number; late?: boolean });
    assert.deepEqual(
      lines.map(({ mgDl }) => mgDl),
      [119, 120, 121, 401, 124, 125, 123, 126],
    );
    assert.deepEqual(
      lines.map(({ late }) => late),
      [...Array<undefined>(6), true, undefined],
    );
    assert.ok(lines.every(({ ageMs }) => ageMs >= 18_000 && ageMs < 16 * MINUTE_MS));
    assert.equal(stderr, "");
  });

  for (const [since, count] of [
    ["20m", 3],
    ["1h30m", 17],
    ["2026-01-15T19:39Z", 4],
    ["2026-01-15T15:39-04:00", 4],
  ] as const) {
    test(`begins after ${since}`, async () => {
      const { stdout, exitCode } = await watchFor(0.1, `--since ${since} --unit mmol/L`);
      const lines = stdout.trimEnd().split("\n");
      assert.deepEqual([exitCode, lines.length, lines.at(-1)], [0, count, "2026-01-15 15:55:00-04:00   6.6 mmol/L  →"]);
    });
  }

  test("says so if --since is in the future, and shows each reading from now on", async () => {
    const { stdout, stderr } = await watchFor(28, "--since 2026-01-15T20:18Z");
    assert.match(stderr, /^dexcom-share-ts: --since is in the future/);
    assert.deepEqual(stdout.match(/\d\d:\d\d:00/g), ["16:05:00", "16:10:00", "16:20:00", "16:25:00"]);
  });

  test("has colours on a terminal alone, and says nothing by them alone", async () => {
    const [shown, plain] = [await watchFor(31, "", { terminal: { columns: 80, rows: 24 } }), await watchFor(31, "")];
    assert.notEqual(shown.stdout, plain.stdout);
    assert.equal(withoutColour(shown.stdout), plain.stdout);
  });

  test("reports on stderr why it waits, that readings are stale, and that they come again", async () => {
    const { stdout, stderr, exitCode } = await watchFor(60, "", {
      prepare: (simulator) =>
        simulator.inject({
          status: 503,
          when: ({ timeMs }) => timeMs > NOW + 8 * MINUTE_MS && timeMs < NOW + 40 * MINUTE_MS,
        }),
    });
    const said = stderr.trimEnd().split("\n");
    assert.equal(exitCode, 0);
    assert.equal(said[0], "dexcom-share-ts: Unexpected server response: trying again in 5 s");
    assert.ok(said.includes("dexcom-share-ts: no reading is younger than 15 min"));
    assert.equal(said.at(-1), "dexcom-share-ts: readings come again");
    assert.equal(stdout.trimEnd().split("\n").length, 13);
  });

  test("reports a bad record once, and shows the others", async () => {
    const { stdout, stderr } = await watchFor(28, "", {
      prepare: (simulator) => simulator.addReading(ACCOUNT.username, { mgDl: 5, datetime: NOW + 7 * MINUTE_MS }),
    });
    assert.equal(stderr, "dexcom-share-ts: a record that is not a reading is left out\n");
    assert.equal(stdout.trimEnd().split("\n").length, 6);
  });

  test("ends with advice after one post if the login is refused", async () => {
    let refused: ShareSimulator | undefined;
    const ran = await watchFor(28, "--json", {
      prepare: (simulator) => (refused = simulator).changePassword(ACCOUNT.username, "another"),
    });
    assert.deepEqual([ran.exitCode, ran.stdout], [1, ""]);
    assert.match(
      ran.stderr,
      /^dexcom-share-ts: Failed to authenticate \(AccountPasswordInvalid\)\nA wrong password, an unknown user and a wrong region/,
    );
    assert.equal(refused?.requests.length, 1);
  });

  for (const since of [
    "",
    "0m",
    "yesterday",
    "5",
    "-3h",
    "3 weeks",
    "2026-02-30",
    "2026-13-01",
    "2026-01-15T25:00",
    "2026-1-5",
    "1h 3",
    "12:00",
    "1768507200000",
  ]) {
    test(`takes no ${JSON.stringify(since)} for a moment, and sends nothing`, async () => {
      const { exitCode, stdout, stderr } = await runHere(["watch", "--simulate", `--since=${since}`]);
      assert.deepEqual([exitCode, stdout], [2, ""]);
      assert.match(stderr, /It must be how long ago, such as 90m, 3h or 1h30m, or a date/);
    });
  }
});

describe("what --since is given", () => {
  const local = (...parts: [number, number, number, number?, number?]): Date =>
    new Date(...(parts as [number, number, number]));
  for (const [text, moment] of [
    ["90m", new Date(NOW - 90 * MINUTE_MS)],
    ["90 min", new Date(NOW - 90 * MINUTE_MS)],
    ["3h", new Date(NOW - 180 * MINUTE_MS)],
    ["2 h 5 min", new Date(NOW - 125 * MINUTE_MS)],
    ["1D", new Date(NOW - 1440 * MINUTE_MS)],
    ["2026-01-15T08:00Z", new Date(Date.UTC(2026, 0, 15, 8))],
    ["2026-01-15 08:00:30.5+02:00", new Date(Date.UTC(2026, 0, 15, 6, 0, 30, 500))],
    ["2024-02-29", local(2024, 1, 29)],
    ["2026-01-15T08:05", local(2026, 0, 15, 8, 5)],
  ] as const) {
    test(`${text} is ${moment.toISOString()}`, () => assert.deepEqual(momentOf(parseSince(text), NOW), moment));
  }
});

describe("dexcom-share watch as a process", () => {
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    test(`prints at once what there is, waits, and ends quietly on ${signal}`, async () => {
      const running = start(["watch", "--simulate", "--since", "30m"]);
      await running.says(/(.* mg\/dL.*\n){5}/);
      running.child.kill(signal);
      const { exitCode, stdout, stderr } = await running.ended();
      assert.deepEqual([exitCode, stderr], [0, ""]);
      assert.match(stdout, /^(2026-01-15 1\d:\d\d:\d\d-04:00 .* mg\/dL .*\n){5,6}$/);
    });
  }

  test("ends quietly if the reader of its output goes away", async () => {
    const running = start(["watch", "--simulate", "--since", "1d", "--json"]);
    running.child.stdout!.destroy();
    const { exitCode, stderr } = await running.ended();
    assert.deepEqual([exitCode, stderr], [0, ""]);
  });
});
