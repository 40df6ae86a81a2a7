import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { EventEmitter } from "node:events";
import { existsSync, mkdirSync } from "node:fs";
import path from "node:path";
import { setImmediate } from "node:timers/promises";
import { describe, test } from "node:test";
import type { GlucosePoint } from "../../src/archive/index.ts";
import { exportArchive } from "../../src/cli/archive/export.ts";
import { Interruption, type Io, type Output } from "../../src/cli/io.ts";
import { newDirectory } from "./harness.ts";
import { fixedClock } from "./moment.ts";
import { Running } from "./terminal.ts";

const PROGRAM = path.join(import.meta.dirname, "fixed-clock.ts");
/** Readings of a chunk of 64 KB. */
const MAX_HELD = 2000;

/** An archive of many readings that counts those that were read. */
class LongArchive {
  count = 0;
  readonly #readings: number;
  readonly #onRead: (count: number) => void;

  constructor(readings: number, onRead: (count: number) => void = () => undefined) {
    this.#readings = readings;
    this.#onRead = onRead;
  }

  async *read(): AsyncGenerator<GlucosePoint, void, undefined> {
    for (let i = 0; i < this.#readings; i++) {
      this.count++;
      this.#onRead(this.count);
      yield { mgDl: 100, datetime: new Date(i * 300_000), timezone: "+0100" };
    }
  }
}

function ioOf(stdout: Output, signal = new AbortController().signal): Io {
  return { stdout, signal, stderr: stdout, env: {}, calledAs: "", clock: fixedClock, fetch } as unknown as Io;
}

const linesIn = (text: string): number => text.split("\n").length - 1;

describe("an export", () => {
  for (const form of ["csv", "ndjson", "clarity"] as const) {
    test(`as ${form} writes while it reads: it holds no more than ${MAX_HELD} readings`, async () => {
      let written = 0;
      let held = 0;
      const archive = new LongArchive(30_000, (count) => (held = Math.max(held, count - written)));
      const stdout = { write: (text: string) => void (written += linesIn(text)) };
      await exportArchive(archive, ioOf(stdout), { file: undefined, form, unit: "mg/dL" });
      assert.equal(written, 30_000 + Number(form !== "ndjson"));
      assert.ok(held <= MAX_HELD, `${held} readings`);
    });
  }

  test("reads nothing more while a slow output is full", async () => {
    const archive = new LongArchive(10_000);
    let chunks = 0;
    const stdout = Object.assign(new EventEmitter(), { write: () => (chunks++, false) });
    const ended = new AbortController();
    const running = exportArchive(archive, ioOf(stdout), { file: undefined, form: "csv", unit: "mg/dL" }).finally(() =>
      ended.abort(),
    );
    for (let turn = 0; turn < 100; turn++) await setImmediate();
    assert.equal(chunks, 1);
    assert.ok(archive.count <= MAX_HELD, `${archive.count} readings`);
    while (!ended.signal.aborted) {
      stdout.emit("drain");
      await setImmediate();
    }
    await running;
    assert.equal(archive.count, 10_000);
  });

  for (const to of ["the output", "a file"]) {
    test(`to ${to} ends on Ctrl-C, and leaves no file that is half of one`, async () => {
      const interrupted = new AbortController();
      const archive = new LongArchive(1e9, (count) => {
        if (count === 10_000) interrupted.abort(new Interruption(2));
      });
      const file = to === "a file" ? `${newDirectory()}.csv` : undefined;
      const io = ioOf({ write: () => true }, interrupted.signal);
      await assert.rejects(exportArchive(archive, io, { file, form: "csv", unit: "mg/dL" }), { name: "Interruption" });
      assert.equal(file !== undefined && existsSync(file), false);
    });
  }

  test("that the archive can't finish leaves no file that is half of one", async () => {
    const archive = new LongArchive(1e9, (count) => {
      if (count === 10_000) throw new Error("damaged");
    });
    const file = `${newDirectory()}.csv`;
    const io = ioOf({ write: () => true });
    await assert.rejects(exportArchive(archive, io, { file, form: "csv", unit: "mg/dL" }), /damaged/);
    assert.equal(existsSync(file), false);
  });
});

/** Runs a line of shell, in which `$0` is Node and `$1` the command's program. */
async function runInShell(line: string, ...more: string[]): Promise<[exitCode: number | null, stderr: string]> {
  const running = new Running("sh", ["-c", line, process.execPath, PROGRAM, ...more], {});
  running.child.stdin!.end();
  const { exitCode, stderr } = await running.ended();
  return [exitCode, stderr];
}

describe("an export of two weeks fails in one line", { skip: process.platform !== "linux" && "needs Linux" }, () => {
  const EXPORT = '"$0" "$1" archive export --simulate';
  const cantWrite = (code: string): string => `dexcom-share-ts: The output can't be written (${code}).\n`;

  test("if the reader of the pipe ends early", async () => {
    const line = `{ ${EXPORT}; echo "exit $?" >&2; } | head -1 >/dev/null`;
    assert.deepEqual(await runInShell(line), [0, `${cantWrite("EPIPE")}exit 1\n`]);
  });

  test("if the disk of the output is full", { skip: !existsSync("/dev/full") && "needs /dev/full" }, async () => {
    assert.deepEqual(await runInShell(`${EXPORT} >/dev/full`), [1, cantWrite("ENOSPC")]);
  });

  const canMount = spawnSync("unshare", ["-rm", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]).status === 0;
  test(
    "if the disk of the file is full, which is removed",
    { skip: !canMount && "mounts need a namespace" },
    async () => {
      const folder = newDirectory();
      mkdirSync(folder, { recursive: true });
      const inside = `mount -t tmpfs -o size=64k tmpfs "$2" && { ${EXPORT} "$2/all.csv"; code=$?; ls "$2" >&2; exit $code; }`;
      const line = `exec unshare -rm sh -c '${inside}' "$0" "$1" "$2"`;
      assert.deepEqual(await runInShell(line, folder), [
        1,
        "dexcom-share-ts: export: The file can't be written (ENOSPC).\n",
      ]);
    },
  );
});
