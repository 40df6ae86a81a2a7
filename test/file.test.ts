import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, rm, stat, utimes, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import path from "node:path";
import { after, before, beforeEach, describe, test } from "node:test";
import { FileSessionStore } from "../src/file.ts";
import { testStoreContract } from "./stores/contract.ts";

let base: string;
let directory: string;
before(async () => {
  base = await mkdtemp(path.join(tmpdir(), "dexcom-share-ts-file-"));
});
beforeEach(() => {
  directory = path.join(base, "not", "yet", "there", String(Math.random()));
});
after(() => rm(base, { recursive: true, force: true }));

const open = (): FileSessionStore => new FileSessionStore({ directory });
const filePaths = async (): Promise<string[]> => (await readdir(directory)).map((name) => path.join(directory, name));

describe("a store of files", () => {
  testStoreContract(open);

  test("does nothing until it is asked, and makes no folder in order to read", async () => {
    assert.equal(await open().get("key"), null);
    await assert.rejects(stat(directory), { code: "ENOENT" });
  });

  test("has one file for a key, however often it changes, and lets its owner alone read it", { skip: process.platform === "win32" }, async () => {
    const store = open();
    for (let i = 0; i < 5; i++) await store.set("key", `value ${i}`, 60_000);
    const files = await filePaths();
    assert.equal(files.length, 1);
    assert.equal((await stat(files[0]!)).mode & 0o777, 0o600);
    assert.equal((await stat(directory)).mode & 0o777, 0o700);
  });

  for (const [what, text] of Object.entries({
    "empty": "",
    "half-written": '{"value":"sec',
    "foreign": "BM\0\0",
    "of another form": '{"value":5,"expiresAt":"soon"}',
    "null": "null",
  })) {
    test(`takes a file that is ${what} for none, and replaces it`, async () => {
      const store = open();
      await store.set("key", "value", 60_000);
      const [file] = await filePaths();
      await writeFile(file!, text);
      assert.equal(await store.get("key"), null);
      assert.equal(await store.replace("key", null, "new", 60_000), true);
      assert.equal(await store.get("key"), "new");
      assert.equal((await filePaths()).length, 1);
    });
  }

  test("leaves files alone that it has not made", async () => {
    await mkdir(directory, { recursive: true });
    for (const name of ["notes.txt", `${"a".repeat(32)}.json`, `${"a".repeat(31)}.1`]) {
      await writeFile(path.join(directory, name), "mine");
      await utimes(path.join(directory, name), 0, 0);
    }
    await open().set("key", "value", 60_000);
    assert.equal((await filePaths()).length, 4);
  });

  test("clears away what lapsed over a minute ago, and drafts of processes that were killed", async () => {
    await mkdir(directory, { recursive: true });
    const now = Date.now();
    const content = (expiresAt: number): string => JSON.stringify({ value: "value", expiresAt });
    const draft = "0b0b0b0b-0b0b-0b0b-0b0b-0b0b0b0b0b0b.tmp";
    const FILES: readonly [name: string, text: string, writtenAt: number, stays: boolean][] = [
      [`${"a".repeat(32)}.7`, content(now - 61_000), now - 61_000, false],
      [`${"b".repeat(32)}.1`, content(now - 30_000), 0, true],
      [`${"c".repeat(32)}.1`, content(now + 30_000), 0, true],
      [`${"d".repeat(32)}.1`, content(0), now, true],
      [`${"e".repeat(32)}.${draft}`, "half", now - 61_000, false],
      [`${"f".repeat(32)}.${draft}`, "half", now, true],
    ];
    for (const [name, text, writtenAt] of FILES) {
      await writeFile(path.join(directory, name), text);
      await utimes(path.join(directory, name), new Date(writtenAt), new Date(writtenAt));
    }
    await open().set("key", "value", 60_000);
    const left = await readdir(directory);
    for (const [name, , , stays] of FILES) assert.equal(left.includes(name), stays, name);
  });

  test("rejects where a file stands in the place of its folder", async () => {
    await writeFile(path.join(base, "file"), "");
    const store = new FileSessionStore({ directory: path.join(base, "file") });
    await assert.rejects(store.get("key"));
    await assert.rejects(store.replace("key", null, "value", 1000));
  });

  test("refuses a bad ttlMs", () => {
    assert.throws(() => new FileSessionStore({ ttlMs: -1 }), { name: "ArgumentError", message: /ttlMs/ });
  });
});

describe("processes that replace one value at the same time", () => {
  const COUNTER = `
    import { FileSessionStore } from ${JSON.stringify(path.join(import.meta.dirname, "../src/file.ts"))};
    const store = new FileSessionStore({ directory: process.argv[1] });
    for (let done = 0; done < 25; ) {
      const from = await store.get("counter");
      if (await store.replace("counter", from, String(Number(from) + 1), 60_000)) done++;
    }`;

  test("lose no change, and leave one file", async () => {
    const children = Array.from({ length: 4 }, () => spawn(process.execPath, ["--input-type=module-typescript", "--eval", COUNTER, directory], { stdio: "inherit" }));
    const codes = await Promise.all(children.map(async (child) => ((await once(child, "exit")) as [number])[0]));
    assert.deepEqual(codes, [0, 0, 0, 0]);
    assert.equal(await open().get("counter"), "100");
    assert.equal((await filePaths()).length, 1);
  });
});

describe("the folder of a store that is told none", () => {
  const { env } = process;
  const { platform: realPlatform } = process;
  after(() => {
    Object.defineProperty(process, "platform", { value: realPlatform });
    process.env = env;
  });

  const HOME = homedir();
  const CASES: readonly [NodeJS.Platform, Record<string, string>, string][] = [
    ["linux", {}, path.join(HOME, ".cache/dexcom-share-ts")],
    ["linux", { XDG_CACHE_HOME: "/var/cache/me" }, "/var/cache/me/dexcom-share-ts"],
    ["linux", { XDG_CACHE_HOME: "relative" }, path.join(HOME, ".cache/dexcom-share-ts")],
    ["freebsd", {}, path.join(HOME, ".cache/dexcom-share-ts")],
    ["darwin", { XDG_CACHE_HOME: "/var/cache/me" }, path.join(HOME, "Library/Caches/dexcom-share-ts")],
    ["win32", { LOCALAPPDATA: "/Local" }, path.join("/Local", "dexcom-share-ts")],
    ["win32", {}, path.join(HOME, "AppData/Local/dexcom-share-ts")],
  ];
  for (const [platform, variables, expected] of CASES) {
    test(`on ${platform} with ${JSON.stringify(variables)} is ${expected.replace(HOME, "~")}`, () => {
      Object.defineProperty(process, "platform", { value: platform });
      process.env = { HOME: env["HOME"], ...variables };
      assert.equal(new FileSessionStore().directory, expected);
    });
  }
});
