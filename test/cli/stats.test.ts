import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { explainMissing } from "../../src/cli/stats/reasons.ts";
import { wrap } from "../../src/cli/wrap.ts";
import { ShareSimulator } from "../../src/simulator/index.ts";
import { grid14 } from "../statistics/series.ts";
import { writeFileSync } from "node:fs";
import { assertStored, newDirectory, runHere, withoutColour, type Ran } from "./harness.ts";
import { fixedClock, NOW } from "./moment.ts";

const ENV = { DEXCOM_USERNAME: "canary-name@example.com", DEXCOM_PASSWORD: "canary-password" };

/** A folder for data whose archive holds these readings. */
async function archiveOf(points: readonly object[]): Promise<string> {
  const dataDirectory = newDirectory();
  const file = `${newDirectory()}.ndjson`;
  writeFileSync(file, points.map((point) => JSON.stringify(point)).join("\n"));
  const simulator = new ShareSimulator({ clock: fixedClock });
  for (const argv of [
    ["archive", "on"],
    ["archive", "import", file],
  ]) {
    const { exitCode, stderr } = await runHere(argv, { env: ENV, dataDirectory, fetch: simulator.fetch });
    assert.deepEqual([exitCode, stderr], [0, ""]);
  }
  return dataDirectory;
}

async function statsOf(dataDirectory: string, command = "", columns = 80): Promise<Ran> {
  const argv = ["stats", ...command.split(" ").filter(Boolean)];
  const ran = await runHere(argv, { env: { ...ENV, COLUMNS: String(columns) }, dataDirectory });
  assert.doesNotMatch(ran.stdout + ran.stderr, /canary/);
  return ran;
}

/** The series of the known answers, moved so that it ends now. */
const shiftMs = NOW - grid14.at(-1)!.datetime.getTime() - 300_000;
const fortnight = grid14.map((point) => ({ ...point, datetime: new Date(point.datetime.getTime() + shiftMs) }));

describe("the page of the statistics", () => {
  test("shows the figures of a fortnight: mean, CV, GMI, ranges, episodes", async () => {
    const { exitCode, stdout, stderr } = await statsOf(await archiveOf(fortnight));
    assert.deepEqual([exitCode, stderr], [0, ""]);
    for (const text of [
      /: 4,032 readings, 100 % of the time\.$/m,
      /^very high {2}> 250 {8}1\.8 %/m,
      /^in range {3}70-180 {6}86\.6 %/m,
      /^met {8}below 70 1\.5 %, goal < 4 %$/m,
      /^mean {7}133 mg\/dL$/m,
      /^CV {9}29\.4 %, goal up to 36 %: met$/m,
      /^GMI {8}6\.5 %, 47 mmol\/mol$/m,
      /^GRI {8}15, zone A$/m,
      /^episodes {3}8 low \(39 min\), 4 very low \(28 min\)/m,
    ]) {
      assert.match(stdout, text);
    }
  });

  test("says why it has no GMI, and compares no targets, with a day of readings", async () => {
    const { stdout } = await statsOf(await archiveOf(fortnight.slice(-288)));
    assert.match(stdout, /^GMI {8}none: readings on [12] of 14 dates$/m);
    assert.match(stdout, /^targets {4}not compared: readings on [12] of 14 dates$/m);
    assert.match(stdout, /The archive begins\sthere\./);
    assert.match(stdout, /^mean {7}\d+ mg\/dL$/m);
    assert.match(stdout, /^None: readings on [12] of 7 dates\.$/m);
  });

  test("counts the days before the first reading only if the archive is older", async () => {
    const old = { mgDl: 100, datetime: new Date(NOW - 30 * 86_400_000), timezone: "-0400" };
    const { stdout } = await statsOf(await archiveOf([old, ...fortnight.slice(-288)]));
    assert.match(stdout, /: 288 readings, 7 % of the time\./);
    assert.match(stdout, /none: only 7 % of the time is recorded, 50 % are needed/);
  });

  test("covers the requested days, and the population", async () => {
    const dataDirectory = await archiveOf(fortnight);
    assert.match((await statsOf(dataDirectory, "--days 3")).stdout, /^Glucose of 3 days\n.*: 864 readings/);
    const pregnancy = await statsOf(dataDirectory, "--population pregnancy");
    assert.match(pregnancy.stdout, /^in range {3}63-140 /m);
    assert.match(pregnancy.stdout, /^GMI {8}none: it does not exist for these ranges$/m);
  });

  test("takes the unit from the option or from DEXCOM_UNIT", async () => {
    const dataDirectory = await archiveOf(fortnight);
    const { stdout } = await statsOf(dataDirectory, "--unit mmol/L");
    assert.match(stdout, /^mean {7}7\.4 mmol\/L$/m);
    assert.match(stdout, /^in range {3}3\.9-10\.0 /m);
    const env = { ...ENV, DEXCOM_UNIT: "mmol/L" };
    assert.equal((await runHere(["stats"], { env, dataDirectory })).stdout, stdout);
  });

  test("prints JSON with the summary and the profile, in mg/dL", async () => {
    const { stdout } = await statsOf(await archiveOf(fortnight), "--json --unit mmol/L");
    const report = JSON.parse(stdout) as { days: number; meanMgDl: { value: number }; profile: object[] };
    assert.equal(report.days, 14);
    assert.ok(Math.abs(report.meanMgDl.value - 132.6545138889) < 1e-9);
    assert.equal(report.profile.length, 24);
  });

  test("uses --timezone for readings without an offset, and says that it is missing", async () => {
    const dataDirectory = await archiveOf(fortnight.map(({ mgDl, datetime }) => ({ mgDl, datetime })));
    assert.match(
      (await statsOf(dataDirectory)).stdout,
      /GMI {8}none: the time zone of the readings is unknown: add --timezone\n/,
    );
    assert.match((await statsOf(dataDirectory, "--timezone Europe/Berlin")).stdout, /^GMI {8}6\.5 %/m);
    assert.deepEqual(await statsOf(dataDirectory, "--timezone Nowhere"), {
      exitCode: 2,
      stdout: "",
      stderr: 'dexcom-share-ts: --timezone must be an IANA time zone, such as "Europe/Berlin"\n',
    });
  });
});

for (const columns of [20, 40, 80, 120, 200]) {
  for (const unit of ["mg/dL", "mmol/L"]) {
    for (const style of ["plain", "ascii"]) {
      test(`the page of ${columns} columns in ${unit} (${style}) fits, and is the stored one`, async () => {
        const argv = ["stats", "--simulate", "--seed", "91", "--unit", unit, ...(style === "ascii" ? ["--ascii"] : [])];
        const { exitCode, stdout, stderr } = await runHere(argv, { env: { COLUMNS: String(columns) } });
        assert.deepEqual([exitCode, stderr], [0, ""]);
        for (const line of stdout.split("\n")) assert.ok(line.length <= columns, line);
        // eslint-disable-next-line no-control-regex -- ASCII, whole
        if (style === "ascii") assert.match(stdout, /^[\x00-\x7f]+$/);
        assertStored(`stats-${columns}-${unit === "mg/dL" ? "mgdl" : "mmol"}-${style}`, stdout);
      });
    }
  }
}

test("colours are for a terminal alone, and change nothing else", async () => {
  const plain = await runHere(["stats", "--simulate"], { env: { COLUMNS: "100" } });
  const painted = await runHere(["stats", "--simulate"], { terminal: { columns: 100, rows: 40 } });
  assert.notEqual(painted.stdout, plain.stdout);
  assert.equal(withoutColour(painted.stdout), plain.stdout);
});

test("every reason is a few words with both figures", () => {
  for (const [missing, text] of [
    [{ missing: "readings", have: 11, need: 12 }, "11 of 12 readings"],
    [{ missing: "recorded-hours", have: 16.75, need: 16.8 }, "16.7 of 16.8 recorded hours"],
    [{ missing: "recorded-days", have: 9.77, need: 9.8 }, "9.7 of 9.8 recorded days"],
    [
      { missing: "quarter-of-day", have: 0.499, need: 0.5 },
      "only 49 % of one quarter of the day is recorded, 50 % are needed",
    ],
    [
      { missing: "mixed-intervals", have: 5, need: 1 },
      "readings every 5 and every 1 min: choose --days with one sensor",
    ],
  ] as const) {
    assert.equal(explainMissing(missing), text);
  }
});

test("a text breaks between words, and never before a per cent sign", () => {
  assert.deepEqual(wrap("goal up to 36 %: not met", 14), ["goal up to", "36 %: not met"]);
  assert.deepEqual(wrap("2026-01-01  3 h", 20), ["2026-01-01  3 h"]);
  assert.deepEqual(wrap("unbreakable", 3), ["unbreakable"]);
});
