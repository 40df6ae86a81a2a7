import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ShareSimulator, type ReadingInput } from "../../src/simulator/index.ts";
import { runHere, type Ran } from "./harness.ts";
import { fixedClock, NOW } from "./moment.ts";

const ACCOUNT = { username: "someone@example.com", password: "secret" };
const ENV = { DEXCOM_USERNAME: ACCOUNT.username, DEXCOM_PASSWORD: ACCOUNT.password };

/** Readings `[minutes ago, mg/dL]`, rising slightly. */
function simulate(...points: readonly (readonly [ago: number, mgDl: number])[]): ShareSimulator {
  const readings = points.map(([ago, mgDl]): ReadingInput => ({ datetime: NOW - ago * 60_000, mgDl, trend: 3 }));
  return new ShareSimulator({ accounts: [{ ...ACCOUNT, readings }], clock: fixedClock });
}

const runWith = (simulator: ShareSimulator, ...argv: string[]): Promise<Ran> =>
  runHere(argv, { env: ENV, fetch: simulator.fetch });

const readsOf = ({ requests }: ShareSimulator): number =>
  requests.filter(({ operation }) => operation === "ReadPublisherLatestGlucoseValues").length;

describe("--format", () => {
  for (const [format, line] of [
    ["{value} {arrow} {delta} {age}", "132 ↗ +4 3 min"],
    ["{value} {unit} {trend} at {time}", "132 mg/dL rising slightly at 15:57"],
    ['{"text": "{value}", "class": "{level}"}', '{"text": "132", "class": "in-range"}'],
    ["{stale}.", "."],
    ["no placeholder", "no placeholder"],
    ["{value}\u001b]0;x\u0007", "132\uFFFD]0;x\uFFFD"],
  ] as const) {
    test(`writes ${JSON.stringify(format)}`, async () => {
      for (const command of ["current", "latest"]) {
        const ran = await runWith(simulate([3, 132], [8, 128]), command, "--format", format);
        assert.deepEqual(ran, { exitCode: 0, stdout: `${line}\n`, stderr: "" }, command);
      }
    });
  }

  test("is in the unit that is shown", async () => {
    const ran = await runWith(simulate([3, 132], [8, 150]), "--format", "{value} {delta} {unit}", "--unit", "mmol/L");
    assert.equal(ran.stdout, "7.3 -1.0 mmol/L\n");
  });

  test("knows the change also if the reading before is older than ten minutes", async () => {
    const simulator = simulate([9, 132], [14, 150]);
    assert.equal((await runWith(simulator, "--format", "{delta}")).stdout, "-18\n");
    assert.equal(readsOf(simulator), 2);
  });

  test("makes no change up", async () => {
    for (const points of [
      [[3, 132]],
      [
        [3, 132],
        [13, 128],
      ],
      [
        [3, 401],
        [8, 390],
      ],
      [
        [3, 132],
        [8, 39],
      ],
    ] as [number, number][][]) {
      assert.equal((await runWith(simulate(...points), "--format", "{delta}")).stdout, "?\n", JSON.stringify(points));
    }
  });

  test("reads one reading with one request if no change is shown", async () => {
    const simulator = simulate([3, 132]);
    await runWith(simulator, "--format", "{value}");
    assert.equal(readsOf(simulator), 1);
  });

  test("says LOW and HIGH", async () => {
    assert.equal((await runWith(simulate([3, 39]), "--format", "{value} {level}")).stdout, "LOW low\n");
    assert.equal((await runWith(simulate([3, 401]), "--format", "{value} {level}")).stdout, "HIGH high\n");
  });

  test("prints nothing on stdout without a reading", async () => {
    const ran = await runWith(simulate(), "--format", "{value}");
    assert.deepEqual([ran.exitCode, ran.stdout], [3, ""]);
  });

  test("names an unknown placeholder's neighbour, and repeats nothing that was typed", async () => {
    const simulator = simulate([3, 132]);
    const slip = await runWith(simulator, "--format", "{valeu} canary");
    assert.deepEqual([slip.exitCode, slip.stdout], [2, ""]);
    assert.match(slip.stderr, /^dexcom-share-ts: --format: .*Did you mean \{value\}\?\n$/);
    assert.match((await runWith(simulator, "--format", "{canary}")).stderr, /It knows value, unit, arrow,/);
    assert.doesNotMatch(slip.stderr, /canary|valeu/);
    assert.match((await runWith(simulator, "--format", "{constructor}")).stderr, /unknown placeholder/);
    assert.match((await runWith(simulator, "--format", "{value}", "--json")).stderr, /cannot be used with/);
    assert.equal(simulator.requests.length, 0);
  });
});

describe("--stale-after", () => {
  for (const [command, ago, after, exitCode, stdout] of [
    ["latest", 16, "15m", 4, "132 mg/dL ↗ rising slightly, 16 min ago: not current\n"],
    ["latest", 14, "15m", 0, "132 mg/dL ↗ rising slightly, 14 min ago\n"],
    ["latest", 90, "1h", 4, "132 mg/dL ↗ rising slightly, 1 h 30 min ago: not current\n"],
    ["current", 7, "6m", 4, "132 mg/dL ↗ rising slightly, 7 min ago: not current\n"],
    ["current", 14, "20m", 0, "132 mg/dL ↗ rising slightly, 14 min ago\n"],
    ["current", 21, "20m", 3, ""],
  ] as const) {
    test(`${command}: a reading of ${ago} minutes with --stale-after ${after} exits with ${exitCode}`, async () => {
      const ran = await runWith(simulate([ago, 132]), command, "--stale-after", after);
      assert.deepEqual([ran.exitCode, ran.stdout], [exitCode, stdout], ran.stderr);
    });
  }

  test("decides {stale}", async () => {
    const format = ["--format", "{value}{stale}"];
    assert.equal(
      (await runWith(simulate([16, 132]), "latest", "--stale-after", "15m", ...format)).stdout,
      "132stale\n",
    );
    assert.equal((await runWith(simulate([14, 132]), "latest", "--stale-after", "15m", ...format)).stdout, "132\n");
    assert.equal((await runWith(simulate([16, 132]), "latest", ...format)).stdout, "132stale\n");
  });

  test("is a length of time, of a day at most", async () => {
    for (const text of ["0m", "soon", "25h", "-5m", "2026-01-01", ""]) {
      const ran = await runWith(simulate([3, 132]), `--stale-after=${text}`);
      assert.deepEqual([ran.exitCode, ran.stdout], [2, ""], text);
    }
  });
});

describe("readings --since", () => {
  const timesOf = async (...argv: string[]): Promise<string[]> => {
    const simulator = simulate([3, 132], [8, 128], [70, 120], [700, 110]);
    const { stdout } = await runWith(simulator, "readings", "--json", ...argv);
    return (JSON.parse(stdout) as { datetime: string }[]).map(({ datetime }) => datetime.slice(11, 16));
  };

  test("lists what came after a moment", async () => {
    assert.deepEqual(await timesOf("--since", "30m"), ["19:57", "19:52"]);
    assert.deepEqual(await timesOf("--since", "1h15m"), ["19:57", "19:52", "18:50"]);
    assert.deepEqual(await timesOf("--since", "2026-01-15T18:50:00Z"), ["19:57", "19:52"]);
    assert.deepEqual(await timesOf("--since", "2026-01-01"), ["19:57", "19:52", "18:50", "08:20"]);
    assert.deepEqual(await timesOf("--since", "2h", "--count", "1"), ["19:57"]);
  });

  test("tells that the service keeps a day", async () => {
    const { stderr } = await runWith(simulate([3, 132]), "readings", "--since", "2026-01-01");
    assert.equal(stderr, "dexcom-share-ts: the service keeps readings for 24 hours; older ones are missing\n");
  });

  test("is not together with --minutes, and not in the future", async () => {
    const both = await runWith(simulate(), "readings", "--since", "1h", "--minutes", "5");
    assert.deepEqual([both.exitCode, both.stdout], [2, ""]);
    const future = await runWith(simulate(), "readings", "--since", "2027-01-01");
    assert.deepEqual([future.exitCode, future.stderr], [2, "dexcom-share-ts: --since must be in the past.\n"]);
  });
});
