import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, test } from "node:test";
import { loadSqliteQuietly } from "../../src/cli/archive/open-file.ts";
import { Interruption } from "../../src/cli/io.ts";
import { ShareSimulator, VirtualClock, type ReadingInput } from "../../src/simulator/index.ts";
import { newDirectory, runHere, until, type Ran, type World } from "./harness.ts";
import { fixedClock, NOW } from "./moment.ts";
import { runOnPipe, Running, start } from "./terminal.ts";

const MINUTE_MS = 60_000;
const ACCOUNT = { username: "Canary-Name@example.com", password: "canary-password" };
const ENV = { DEXCOM_USERNAME: ACCOUNT.username, DEXCOM_PASSWORD: ACCOUNT.password };
const READINGS: ReadingInput[] = Array.from({ length: 288 }, (_, i) => ({
  datetime: NOW - (3 + i * 5) * MINUTE_MS,
  mgDl: 100 + (i % 50),
}));

/** Runs of one person, who has one folder for data and one service. */
class Person {
  readonly dataDirectory = newDirectory();
  readonly simulator: ShareSimulator;

  constructor(clock = fixedClock) {
    this.simulator = new ShareSimulator({ accounts: [{ ...ACCOUNT, readings: READINGS }], clock });
  }

  async run(command: string, world: World = {}): Promise<Ran> {
    const { dataDirectory, simulator } = this;
    const argv = command.split(" ").filter(Boolean);
    const ran = await runHere(argv, { env: ENV, fetch: simulator.fetch, dataDirectory, ...world });
    const printed = (ran.stdout + ran.stderr).replaceAll(dataDirectory, "");
    assert.doesNotMatch(printed, /canary|secret|[\da-f]{8}-[\da-f]{4}-/i, "a secret got out");
    return ran;
  }

  /** The command as it must succeed, with nothing on stderr. */
  async says(command: string, world?: World): Promise<string> {
    const { exitCode, stdout, stderr } = await this.run(command, world);
    assert.deepEqual([exitCode, stderr], [0, ""], command);
    return stdout;
  }

  async file(): Promise<string> {
    return (await this.says("archive where")).trimEnd();
  }

  async count(): Promise<number> {
    return (JSON.parse(await this.says("archive --json")) as { readings: number }).readings;
  }
}

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

  test("keeps what is shown, each reading once", async () => {
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

describe("a file that can't be used", () => {
  const damaged = async (): Promise<{ person: Person; file: string; bytes: Buffer }> => {
    const person = new Person();
    await person.says("archive on");
    const file = await person.file();
    writeFileSync(file, "no database ".repeat(500));
    return { person, file, bytes: readFileSync(file) };
  };

  test("stops no reading: a line on stderr, once for each run, and the exit code of the reading", async () => {
    const { person, file, bytes } = await damaged();
    for (const command of ["current", "latest", "readings --count 3", "chart"]) {
      const { exitCode, stdout, stderr } = await person.run(command);
      assert.equal(exitCode, 0, command);
      assert.notEqual(stdout, "");
      assert.equal(
        stderr,
        `dexcom-share-ts: not kept in the archive: The archive ${file} is no database, or damaged; nothing was deleted\n`,
      );
    }
    assert.deepEqual(readFileSync(file), bytes);
  });

  test("stops no watch: told once, and kept after all when the file works again", async () => {
    const clock = new VirtualClock(NOW);
    const person = new Person(clock);
    await person.says("archive on");
    const file = await person.file();
    const good = readFileSync(file);
    writeFileSync(file, "no database ".repeat(500));
    const interrupted = new AbortController();
    const later: ReadingInput[] = [1, 2, 3, 4].map((i) => ({ datetime: NOW + (5 * i - 3) * MINUTE_MS, mgDl: 90 + i }));
    for (const reading of later) person.simulator.addReading(ACCOUNT.username, reading);
    let text = { stdout: "", stderr: "" };
    const onOutput = (now: typeof text): void => void (text = { ...now });
    const running = person.run("watch", { clock, signal: interrupted.signal, onOutput });
    await until(() => text.stderr !== "");
    await clock.advance(12 * MINUTE_MS);
    writeFileSync(file, good);
    await clock.advance(10 * MINUTE_MS);
    await until(() => text.stdout.split("\n").length > 5);
    interrupted.abort(new Interruption(2));
    const { stdout, stderr } = await running;
    assert.equal(stdout.trimEnd().split("\n").length, 5);
    assert.match(
      stderr,
      /^dexcom-share-ts: not kept in the archive: [^\n]+\ndexcom-share-ts: the archive keeps readings again\n$/,
    );
    assert.equal(await person.count(), 5);
  });

  test("is one clear message and exit code 1 for the subcommands that need it, and stays", async () => {
    const { person, file, bytes } = await damaged();
    for (const command of ["archive", "archive --json", "archive on", "archive export", "stats"]) {
      const { exitCode, stdout, stderr } = await person.run(command);
      assert.deepEqual([exitCode, stdout], [1, ""], command);
      assert.match(
        stderr,
        /^dexcom-share-ts: The archive \S+ is no database, or damaged; nothing was deleted\nKeep the file/,
      );
    }
    assert.deepEqual(readFileSync(file), bytes);
  });

  test("is one clear message if a later release wrote it", async () => {
    const person = new Person();
    await person.says("archive on");
    const file = await person.file();
    const database = new DatabaseSync(file);
    database.exec("PRAGMA user_version = 2");
    database.close();
    const bytes = readFileSync(file);
    const { exitCode, stderr } = await person.run("archive");
    assert.equal(exitCode, 1);
    assert.match(stderr, /has version 2, and this release knows 1; nothing was changed\nA later release/);
    assert.deepEqual(readFileSync(file), bytes);
  });
});

const canMount = spawnSync("unshare", ["-rm", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]).status === 0;
test(
  "a full disk costs a line on stderr and no reading",
  { skip: !canMount && "mounts need a user namespace" },
  async () => {
    const server = start(["simulate"]);
    try {
      const url = await server.says(/simulated, at (http:\/\/127\.0\.0\.1:\d+) /);
      const [data, full] = [newDirectory(), newDirectory()];
      const env = { DEXCOM_USERNAME: "us@example.com", DEXCOM_PASSWORD: "simulated", DEXCOM_BASE_URL: url };
      assert.equal((await runOnPipe(["archive", "on"], { ...env, XDG_DATA_HOME: data })).exitCode, 0);
      mkdirSync(full, { recursive: true });
      // A folder of 200 KB, filled by another program, in a namespace that ends with the process.
      const script = `mount -t tmpfs -o size=200k tmpfs "$0" && cp -r "$1"/. "$0" &&
        dd if=/dev/zero of="$0"/ballast 2>/dev/null; exec "$2" "$3" readings --count 3`;
      const program = path.join(import.meta.dirname, "fixed-clock.ts");
      const words = ["-rm", "sh", "-c", script, full, data, process.execPath, program];
      const { exitCode, stdout, stderr } = await new Running("unshare", words, { ...env, XDG_DATA_HOME: full }).ended();
      assert.equal(exitCode, 0, stderr);
      assert.equal(stdout.trimEnd().split("\n").length, 3);
      assert.match(stderr, /^dexcom-share-ts: not kept in the archive: [^\n]+ can't grow: the disk is full\n$/);
    } finally {
      server.child.kill("SIGINT");
      await server.ended();
    }
  },
);

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
      [clarity("mg/dL", ["105", "secret"]), "Row 5 has no possible glucose value"],
      ["Name,Secret\n1,2\n", "The CSV must have datetime and mgDl"],
      ["{secret", "Line 1 is no JSON"],
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

describe("prune", () => {
  test("deletes after a question, or at once with --yes", async () => {
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

test("no archive is written next to another's files", async () => {
  const person = new Person();
  await person.says("archive on");
  await person.says("archive off");
  assert.deepEqual(
    readdirSync(person.dataDirectory)
      .map((name) => path.extname(name))
      .sort(),
    [".db", ".off"],
  );
});
