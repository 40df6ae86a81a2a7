import assert from "node:assert/strict";
import { existsSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import { loadSqliteQuietly } from "../../src/cli/archive/open-file.ts";
import { Interruption } from "../../src/cli/io.ts";
import { VirtualClock } from "../../src/simulator/index.ts";
import { newDirectory, runHere, until } from "./harness.ts";
import { NOW } from "./moment.ts";
import { ACCOUNT, ENV, MINUTE_MS, Person } from "./archive-person.ts";

describe("an archive that nobody turned on", () => {
  test("is not there: no subcommand writes anything", async () => {
    const person = new Person();
    for (const command of ["current", "latest", "readings", "chart"]) await person.says(command);
    const { exitCode, stderr } = await person.run("stats");
    assert.deepEqual([exitCode, stderr.split("`")[0]], [3, "No readings in the archive for 14 days. "]);
    assert.match(await person.says("archive"), /^The archive is off: nothing is kept/);
    assert.match(await person.says("archive off"), /There is no file/);
    assert.equal(existsSync(person.dataDirectory), false);
  });

  test("takes no import and no prune", async () => {
    const person = new Person();
    for (const command of ["archive import some.csv", "archive prune --before 1d --yes", "archive export"]) {
      assert.deepEqual(await person.run(command), {
        exitCode: 2,
        stdout: "",
        stderr: "dexcom-share-ts: There is no archive yet: `dexcom-share-ts archive on` makes it.\n",
      });
    }
    assert.equal(existsSync(person.dataDirectory), false);
  });
});

describe("an archive that is on", () => {
  test("is a file for this user alone, whose name tells nobody's", async () => {
    const person = new Person();
    const umask = process.umask(0);
    try {
      assert.match(await person.says("archive on"), /health data/);
    } finally {
      process.umask(umask);
    }
    const file = await person.file();
    assert.match(path.basename(file), /^[\da-f]{32}\.db$/);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.equal(statSync(person.dataDirectory).mode & 0o777, 0o700);
  });

  test("keeps the readings that are shown, each once", async () => {
    const person = new Person();
    await person.says("archive on");
    for (const [command, count] of [
      ["current", 1],
      ["latest --json", 1],
      ["readings --count 5", 5],
      ["readings --since 2h", 24],
      ["chart", 288],
      ["readings", 288],
    ] as const) {
      await person.says(command);
      assert.equal(await person.count(), count, command);
    }
  });

  test("keeps what watch shows", async () => {
    const clock = new VirtualClock(NOW);
    const person = new Person(clock);
    await person.says("archive on");
    const interrupted = new AbortController();
    let printed = "";
    const onOutput = (text: { stdout: string }): void => void (printed = text.stdout);
    const running = person.run("watch --since 1h", { clock, signal: interrupted.signal, onOutput });
    await until(() => printed.split("\n").length > 12);
    await clock.advance(MINUTE_MS);
    interrupted.abort(new Interruption(2));
    const { stdout, stderr } = await running;
    assert.equal(stderr, "");
    assert.equal(stdout.trimEnd().split("\n").length, 12);
    assert.equal(await person.count(), 12);
  });

  test("keeps nothing while it is off, and loses nothing", async () => {
    const person = new Person();
    await person.says("archive on");
    await person.says("current");
    assert.match(await person.says("archive off"), /Its readings stay/);
    await person.says("readings");
    assert.match(await person.says("archive"), /^The archive is off: nothing is added/);
    assert.equal(await person.count(), 1);
    await person.says("archive on");
    await person.says("readings");
    assert.equal(await person.count(), 288);
  });

  test("is another one for each account, region and service; the case of a name does not matter", async () => {
    const person = new Person();
    const where = (command: string, env: Record<string, string> = ENV): Promise<string> =>
      person.says(`archive where ${command}`, { env });
    const files = await Promise.all([
      where(""),
      where("--region ous"),
      where("--base-url https://proxy.example"),
      where("", { DEXCOM_USERNAME: "other@example.com" }),
      where("", { DEXCOM_ACCOUNT_ID: "99999999-9999-4999-8999-999999999999" }),
    ]);
    assert.equal(new Set(files).size, 5);
    assert.equal(await where("", { DEXCOM_USERNAME: ` ${ACCOUNT.username.toLowerCase()}` }), files[0]);
    assert.equal(await where("", { ...ENV, DEXCOM_REGION: "ous" }), files[1]);
  });

  test("needs the name of the account, and asks for it in a terminal", async () => {
    const person = new Person();
    const { exitCode, stderr } = await person.run("archive", { env: {} });
    assert.equal(exitCode, 2);
    assert.match(stderr, /^dexcom-share-ts: Set DEXCOM_USERNAME/);
    const asked = await runHere(["archive", "where"], {
      dataDirectory: person.dataDirectory,
      answers: [[/account id.*: $/, `${ACCOUNT.username}\r`]],
    });
    assert.equal(asked.stdout.trimEnd(), await person.file());
  });
});

describe("the platform's folder for data", () => {
  test(
    "is $XDG_DATA_HOME if that is absolute, else ~/.local/share",
    { skip: process.platform !== "linux" },
    async () => {
      const { findPlace } = await import("../../src/cli/archive/place.ts");
      const folder = (env: Record<string, string>): string => {
        const io = { env } as unknown as Parameters<typeof findPlace>[2];
        return path.dirname(findPlace({ region: "us", baseUrl: undefined }, "someone", io).file);
      };
      assert.equal(folder({ XDG_DATA_HOME: "/somewhere" }), "/somewhere/dexcom-share-ts");
      assert.match(folder({ XDG_DATA_HOME: "relative" }), /\/\.local\/share\/dexcom-share-ts$/);
      assert.match(folder({}), /\/\.local\/share\/dexcom-share-ts$/);
    },
  );
});

describe("prune", () => {
  test("deletes after a confirmation, or at once with --yes", async () => {
    const person = new Person();
    await person.says("archive on");
    await person.says("readings");
    const refused = await person.run("archive prune --before 12h");
    assert.equal(refused.exitCode, 2);
    assert.match(refused.stderr, /add --yes/);
    const no = await person.run("archive prune --before 12h", {
      answers: [[/Delete 144 readings before .*\? \[y\/N\] $/, "n\r"]],
    });
    assert.match(no.stdout, /Nothing was deleted/);
    assert.equal(await person.count(), 288);
    const yes = await person.run("archive prune --before 12h", { answers: [[/\? \[y\/N\] $/, "y\r"]] });
    assert.match(yes.stdout, /144 readings deleted/);
    assert.equal(await person.says("archive prune --before 6h --yes"), "72 readings deleted.\n");
    assert.equal(await person.count(), 72);
  });
});

test("what an action has no use for is refused, and named", async () => {
  const person = new Person();
  for (const [command, message] of [
    ["archive on some.csv", "on takes no file."],
    ["archive import", "import needs a file."],
    ["archive prune", "prune needs --before, such as --before 365d."],
    ["archive on --before 1d", "--before belongs to prune."],
    ["archive export --json", "--json belongs to status."],
    ["archive --timezone UTC", "--timezone belongs to import."],
    ["stats --days 0", "--days: It must be a whole number from 1 to 3660."],
  ] as const) {
    assert.deepEqual(await person.run(command), { exitCode: 2, stdout: "", stderr: `dexcom-share-ts: ${message}\n` });
  }
  assert.equal((await person.run("archive of")).exitCode, 2);
});

test("the status tells extent and gaps, in the wearer's time", async () => {
  const person = new Person();
  await person.says("archive on");
  const points = [0, 5, 10, 40, 45, 200].map((minutes) =>
    JSON.stringify({ datetime: new Date(NOW + minutes * MINUTE_MS).toISOString(), mgDl: 100, timezone: "-0400" }),
  );
  const file = `${newDirectory()}.ndjson`;
  writeFileSync(file, points.join("\n"));
  await person.says(`archive import ${file}`);
  assert.equal(
    (await person.says("archive")).split("\n").slice(-5).join("\n"),
    `6 readings, from 2026-01-15 16:00 to 2026-01-15 19:20.
2 gaps of more than 20 min, 3 h 5 min in all:
  2026-01-15 16:10  30 min
  2026-01-15 16:45  2 h 35 min
`,
  );
  const { gaps, first } = JSON.parse(await person.says("archive --json")) as { gaps: object[]; first: string };
  assert.equal(first, "2026-01-15T20:00:00.000Z");
  assert.deepEqual(gaps[0], { from: "2026-01-15T20:10:00.000Z", to: "2026-01-15T20:40:00.000Z", minutes: 30 });
});

test("--simulate needs no account, and leaves nothing behind", async () => {
  const person = new Person();
  const world = { env: {} };
  assert.match(
    await person.says("archive --simulate", world),
    /^in memory, simulated\n[34],\d{3} readings, from 2026-01-01/m,
  );
  for (const action of ["on", "off", "where", "export", "prune --before 7d --yes"]) {
    await person.says(`archive ${action} --simulate`, world);
  }
  await person.says("current --simulate", world);
  assert.equal(existsSync(person.dataDirectory), false);
});

test("SQLite's warning is not shown, and every other warning is", async () => {
  const shown: string[] = [];
  const { emitWarning } = process;
  process.emitWarning = (warning: unknown) => void shown.push(String(warning));
  try {
    const loading = loadSqliteQuietly();
    process.emitWarning("SQLite is an experimental feature and might change at any time", "ExperimentalWarning");
    process.emitWarning("Another experimental feature", "ExperimentalWarning");
    process.emitWarning("SQLite is old", { type: "DeprecationWarning" });
    await loading;
    process.emitWarning("Last");
  } finally {
    process.emitWarning = emitWarning;
  }
  assert.deepEqual(shown, ["Another experimental feature", "SQLite is old", "Last"]);
});
