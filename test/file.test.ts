import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import fsPromises, { mkdir, mkdtemp, readdir, rm, stat, utimes, writeFile } from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
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

  test("lets the owner of its files alone read them", { skip: process.platform === "win32" }, async () => {
    const store = open();
    for (let i = 0; i < 5; i++) await store.set("key", `value ${i}`, 60_000);
    for (const file of await filePaths()) assert.equal((await stat(file)).mode & 0o777, 0o600);
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

  test("clears away what was outdone a minute ago, what lapsed an hour ago, and drafts of processes that were killed", async () => {
    await mkdir(directory, { recursive: true });
    const now = Date.now();
    const DRAFT = "0b0b0b0b-0b0b-0b0b-0b0b-0b0b0b0b0b0b.tmp";
    const MINUTE_MS = 60_000;
    const [early, justNow, hourAgo] = [now - 61 * MINUTE_MS, now - MINUTE_MS / 2, now - 59 * MINUTE_MS];
    const FILES: readonly [name: string, writtenAt: number, expiresAt: number, stays: boolean][] = [
      [`${"a".repeat(32)}.7`, early, early, false],
      [`${"b".repeat(32)}.1`, early, hourAgo, true],
      [`${"c".repeat(32)}.1`, early, now + MINUTE_MS, true],
      [`${"d".repeat(32)}.1`, hourAgo, 0, true],
      // The first was outdone long ago, the second just now.
      [`${"e".repeat(32)}.8`, early, now + MINUTE_MS, false],
      [`${"e".repeat(32)}.9`, early, now + MINUTE_MS, true],
      [`${"e".repeat(32)}.10`, justNow, now + MINUTE_MS, true],
      [`${"f".repeat(32)}.${DRAFT}`, now - 2 * MINUTE_MS, 0, false],
      [`${"0".repeat(32)}.${DRAFT}`, justNow, 0, true],
    ];
    for (const [name, writtenAt, expiresAt] of FILES) {
      await writeFile(path.join(directory, name), JSON.stringify({ value: "value", expiresAt }));
      await utimes(path.join(directory, name), new Date(writtenAt), new Date(writtenAt));
    }
    await open().set("key", "value", MINUTE_MS);
    const left = await readdir(directory);
    for (const [name, , , stays] of FILES) assert.equal(left.includes(name), stays, name);
  });

  test("has one file for a key a minute after it changed", async () => {
    const store = open();
    for (let i = 0; i < 5; i++) await store.set("key", `value ${i}`, 60_000);
    for (const file of await filePaths()) await utimes(file, new Date(Date.now() - 61_000), new Date(Date.now() - 61_000));
    await store.set("other key", "value", 60_000);
    assert.equal((await filePaths()).length, 2);
    assert.equal(await store.get("key"), "value 4");
  });

  test("does not believe that it changed a value where it was slow: the name may have been taken and given up", async (t) => {
    const store = open();
    const { now } = Date;
    let slowness = 0;
    t.mock.method(Date, "now", () => (now() + slowness));
    await store.set("key", "value", 3_600_000);
    const replacing = store.replace("key", "value", "new", 3_600_000);
    slowness = 31_000;
    assert.equal(await replacing, false);
  });

  test("copies where a file system has no links", async (t) => {
    t.mock.method(fsPromises, "link", () => Promise.reject(Object.assign(new Error("not here"), { code: "EPERM" })));
    syncBuiltinESMExports();
    t.after(() => {
      t.mock.restoreAll();
      syncBuiltinESMExports();
    });
    const store = open();
    assert.equal(await store.replace("key", null, "value", 60_000), true);
    const won = await Promise.all([1, 2, 3].map((n) => store.replace("key", "value", `${n}`, 60_000)));
    assert.equal(won.filter(Boolean).length, 1);
    assert.equal(await store.get("key"), `${won.indexOf(true) + 1}`);
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

  test("lose no change, and know what they changed", async () => {
    const children = Array.from({ length: 4 }, () => spawn(process.execPath, ["--input-type=module-typescript", "--eval", COUNTER, directory], { stdio: "inherit" }));
    const codes = await Promise.all(children.map(async (child) => ((await once(child, "exit")) as [number])[0]));
    assert.deepEqual(codes, [0, 0, 0, 0]);
    assert.equal(await open().get("counter"), "100");
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
