import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmod, mkdir, readFile, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { DatabaseSync } from "node:sqlite";
import { SqliteArchive } from "../../src/archive/sqlite.ts";
import { testArchiveContract } from "./contract.ts";
import { all, at, day, START } from "./points.ts";
import { buildArchiveProgram, type ArchiveProgram } from "./archive-process.ts";

let program: ArchiveProgram;
before(async () => {
  program = await buildArchiveProgram("sqlite");
});
after(() => program.remove());

let files = 0;
const newFile = (): string => path.join(program.folder, `${++files}`, "glucose.db");
const opened: SqliteArchive[] = [];
after(() => Promise.all(opened.map((archive) => archive.close())));

function open(file = newFile(), options: object = {}): SqliteArchive {
  const archive = new SqliteArchive({ file, ...options });
  opened.push(archive);
  return archive;
}

describe("an archive in a SQLite file", () => {
  testArchiveContract((options) => open(newFile(), options));

  test("is there for the next archive on the same file", async () => {
    const file = newFile();
    const first = open(file);
    await first.add(day(10));
    await first.close();
    assert.deepEqual(await all(open(file)), day(10));
  });

  test("its folder and its files are for their owner alone", async () => {
    const file = newFile();
    const umask = process.umask(0);
    try {
      await open(file).add(day(1));
    } finally {
      process.umask(umask);
    }
    const mode = async (name: string): Promise<string> => ((await stat(name)).mode & 0o777).toString(8);
    assert.equal(await mode(path.dirname(file)), "700");
    for (const name of [file, `${file}-wal`, `${file}-shm`]) assert.equal(await mode(name), "600", name);
  });

  test("has a strict table in a file of version 1, with a write-ahead log", async () => {
    const file = newFile();
    await open(file).add(day(1));
    const database = new DatabaseSync(file, { readOnly: true });
    const pragma = (name: string): unknown => Object.values(database.prepare(`PRAGMA ${name}`).get()!)[0];
    assert.deepEqual([pragma("user_version"), pragma("journal_mode")], [1, "wal"]);
    const { sql } = database.prepare("SELECT sql FROM sqlite_schema").get() as { sql: string };
    assert.match(sql, /STRICT$/);
    database.close();
  });

  test("removed readings are no longer in the files", async () => {
    const file = newFile();
    const archive = open(file);
    await archive.add(day(2000));
    await archive.remove({ before: new Date(START + 1e12) });
    assert.equal((await stat(`${file}-wal`)).size, 0);
    const needle = Buffer.alloc(8);
    needle.writeBigInt64BE(BigInt(START));
    assert.equal((await readFile(file)).includes(needle.subarray(2)), false);
  });

  test("a constructor opens nothing, and a closed archive says so", async () => {
    const file = newFile();
    const archive = new SqliteArchive({ file });
    await assert.rejects(stat(file), /ENOENT/);
    await archive.close();
    await assert.rejects(archive.latest(), { name: "ArchiveError", code: "ARCHIVE_CLOSED" });
    await assert.rejects(archive.add([at(0)]), { code: "ARCHIVE_CLOSED" });
  });

  test("options that can't be right are argument errors", () => {
    assert.throws(() => new SqliteArchive({ file: "" }), /^ArgumentError: file/);
    assert.throws(() => new SqliteArchive({ file: "a", busyTimeoutMs: -1 }), /^ArgumentError: busyTimeoutMs/);
    assert.throws(() => new SqliteArchive({ file: "a", clock: {} as never }), /^ArgumentError: clock/);
  });
});

describe("a file that can't be used is an error that names it, and stays as it is", () => {
  const rejects = async (file: string, code: string): Promise<void> => {
    const error = { name: "ArchiveError", code, message: new RegExp(file.replaceAll("/", "\\/")) };
    await assert.rejects(open(file).add([at(0)]), error);
    await assert.rejects(open(file).latest(), error);
  };

  test("one that is no database", async () => {
    const file = newFile();
    await mkdir(path.dirname(file));
    const text = "not a database, but longer than a header of SQLite, which has a hundred bytes ".repeat(20);
    await writeFile(file, text);
    await rejects(file, "ARCHIVE_DAMAGED");
    assert.equal(await readFile(file, "utf8"), text);
  });

  test("one that was damaged in the middle", async () => {
    const file = newFile();
    const archive = open(file);
    await archive.add(day(2000));
    await archive.close();
    const bytes = await readFile(file);
    bytes.fill(0xee, 4096);
    await writeFile(file, bytes);
    await rejects(file, "ARCHIVE_DAMAGED");
    assert.deepEqual(await readFile(file), bytes);
  });

  for (const [what, statements, code] of [
    ["one of a newer version", "PRAGMA application_id = 0x64787368; PRAGMA user_version = 2", "ARCHIVE_TOO_NEW"],
    ["another program's database", "CREATE TABLE treasure (gold)", "ARCHIVE_FOREIGN"],
    [
      "one of this version without its table",
      "PRAGMA application_id = 0x64787368; PRAGMA user_version = 1; PRAGMA journal_mode = WAL",
      "ARCHIVE_DAMAGED",
    ],
    [
      "one of this version with another table",
      "PRAGMA application_id = 0x64787368; PRAGMA user_version = 1; PRAGMA journal_mode = WAL; CREATE TABLE reading (time)",
      "ARCHIVE_DAMAGED",
    ],
  ] as const) {
    test(what, async () => {
      const file = newFile();
      await mkdir(path.dirname(file));
      const database = new DatabaseSync(file);
      database.exec(statements);
      database.close();
      const bytes = await readFile(file);
      await rejects(file, code);
      assert.deepEqual(await readFile(file), bytes);
    });
  }

  test("one that another process has locked, after the time that one waits", async () => {
    const file = newFile();
    await open(file).add(day(1));
    const other = new DatabaseSync(file);
    other.exec("BEGIN IMMEDIATE");
    await assert.rejects(open(file, { busyTimeoutMs: 10 }).add([at(600)]), { code: "ARCHIVE_BUSY" });
    other.exec("ROLLBACK");
    other.close();
  });

  test("one that this user may only read", async () => {
    const file = newFile();
    const archive = open(file);
    await archive.add(day(1));
    await archive.close();
    await chmod(path.dirname(file), 0o755);
    await chmod(file, 0o444);
    // For root nothing is read-only.
    const uid = process.getuid?.() === 0 ? 65_534 : undefined;
    const error = (await program.tryOnce({ file, what: "try" }, uid === undefined ? {} : { uid })) as {
      message: string;
    };
    assert.deepEqual(
      { ...error, message: "", advice: "" },
      { name: "ArchiveError", code: "ARCHIVE_READ_ONLY", message: "", advice: "" },
    );
    assert.ok(error.message.includes(file));
    await chmod(file, 0o600);
    assert.equal((await all(open(file))).length, 1);
  });

  test("one in a folder that can't be made", { skip: process.platform !== "linux" && "no /proc" }, async () => {
    await rejects("/proc/dexcom-share-ts/glucose.db", "ARCHIVE_FAILED");
  });

  test("one that can't be reached at all", async () => {
    const file = newFile();
    await open(file).add([at(0)]);
    await rejects(path.join(file, "glucose.db"), "ARCHIVE_FAILED");
  });
});

const canMount = spawnSync("unshare", ["-rm", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]).status === 0;
test(
  "a full disk is an error that says so, and what was kept stays",
  { skip: !canMount && "mounts need a user namespace" },
  async () => {
    // A folder of 200 KB, filled by another program, in a namespace that ends with the process.
    const script = `mount -t tmpfs -o size=200k tmpfs "$0" && cp "$1" "$0"/glucose.db && chmod 600 "$0"/glucose.db &&
    dd if=/dev/zero of="$0"/ballast 2>/dev/null; shift; exec "$@"`;
    const seed = newFile();
    const archive = open(seed);
    await archive.add(day(100));
    await archive.close();
    const folder = path.join(program.folder, "full");
    await mkdir(folder);
    const file = path.join(folder, "glucose.db");
    const said = await program.tryOnce(
      { file, what: "try", first: 1e6 },
      { prefix: ["unshare", "-rm", "sh", "-c", script, folder, seed] },
    );
    assert.deepEqual(said, {
      name: "ArchiveError",
      code: "ARCHIVE_FULL",
      message: `The archive ${file} can't grow: the disk is full`,
      advice: "Free some space on the disk. What was kept before is safe.",
    });
  },
);

test("ten processes that open a new file at once all find it", async () => {
  const file = newFile();
  const said = await Promise.all(
    Array.from({ length: 10 }, (_, i) => program.tryOnce({ file, what: "try", first: i * 3 })),
  );
  assert.deepEqual(
    said,
    Array.from({ length: 10 }, () => ({ added: 3 })),
  );
});
