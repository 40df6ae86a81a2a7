import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, test } from "node:test";
import { Interruption } from "../../src/cli/io.ts";
import { VirtualClock, type ReadingInput } from "../../src/simulator/index.ts";
import { newDirectory, until } from "./harness.ts";
import { NOW } from "./moment.ts";
import { runOnPipe, Running, start } from "./terminal.ts";
import { ACCOUNT, MINUTE_MS, Person } from "./archive-person.ts";

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
        `dexcom-share-ts: not kept in the archive: The archive ${file} is not a database, or is damaged; nothing was deleted\n`,
      );
    }
    assert.deepEqual(readFileSync(file), bytes);
  });

  test("stops no watch: it is reported once, and readings are kept when the file works again", async () => {
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
        /^dexcom-share-ts: The archive \S+ is not a database, or is damaged; nothing was deleted\nKeep the file/,
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
