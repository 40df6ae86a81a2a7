import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import fsPromises, { mkdir, mkdtemp, readdir, rename, rm, stat, symlink, utimes, writeFile } from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import os, { homedir, tmpdir } from "node:os";
import path from "node:path";
import { after, before, beforeEach, describe, test, type TestContext } from "node:test";
import { FileSessionStore } from "../../src/stores/file.ts";
import { testStoreContract } from "./contract.ts";

let base: string;
let directory: string;
before(async () => {
  base = await mkdtemp(path.join(tmpdir(), "dexcom-share-ts-file-"));
});
beforeEach(() => {
  directory = path.join(base, "not", "yet", "there", String(Math.random()));
});
after(() => rm(base, { recursive: true, force: true }));

/** Has a function of `node:fs/promises` fail. */
function mockFs(
  t: TestContext,
  method: "link" | "lstat" | "mkdir" | "readdir" | "readFile" | "writeFile",
  code: string,
): { restore: () => void } {
  t.mock.method(fsPromises, method, () => Promise.reject(Object.assign(new Error("not here"), { code })));
  syncBuiltinESMExports();
  const restore = (): void => {
    t.mock.restoreAll();
    syncBuiltinESMExports();
  };
  t.after(restore);
  return { restore };
}

const open = (): FileSessionStore => new FileSessionStore({ directory });
const filePaths = async (): Promise<string[]> => (await readdir(directory)).map((name) => path.join(directory, name));

describe("a store of files", () => {
  testStoreContract(open);

  test("does nothing until its first call, and makes no folder in order to read", async () => {
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
    empty: "",
    "half-written": '{"value":"sec',
    foreign: "BM\0\0",
    "of another form": '{"value":5,"writtenAt":"soon","waitMs":1}',
    null: "null",
  })) {
    test(`treats a file that is ${what} as absent, and replaces it`, async () => {
      const store = open();
      await store.set("key", "value", 60_000);
      const [file] = await filePaths();
      await writeFile(file!, text);
      assert.equal(await store.get("key"), null);
      assert.equal(await store.replace("key", null, "new", 60_000), true);
      assert.equal(await store.get("key"), "new");
    });
  }

  const PLANTED: Record<string, (file: string) => Promise<unknown>> = {
    "a file too large for one of ours": (file) =>
      writeFile(
        file,
        JSON.stringify({ value: "value", writtenAt: Date.now(), waitMs: 60_001, more: "x".repeat(65_536) }),
      ),
    "a link to another file": async (file) => {
      await rename(file, path.join(directory, "target"));
      await symlink(path.join(directory, "target"), file);
    },
    "a folder": async (file) => {
      await rm(file);
      await mkdir(file);
    },
    "a pipe that nobody writes to": async (file) => {
      await rm(file);
      assert.equal(spawnSync("mkfifo", [file]).status, 0);
      // Whoever reads it after all is let go: opened for both ends it waits for nobody, and closed it is at its end.
      setTimeout(
        () =>
          void fsPromises.open(file, "r+").then(
            (both) => both.close(),
            () => undefined,
          ),
        2000,
      ).unref();
    },
  };
  for (const [what, plant] of Object.entries(PLANTED)) {
    test(`treats ${what} as absent, and replaces it`, { skip: process.platform === "win32" }, async () => {
      const store = open();
      await store.set("key", "value", 60_000);
      const [file] = await filePaths();
      await plant(file!);
      assert.equal(await store.get("key"), null);
      assert.equal(await store.replace("key", null, "new", 60_000), true);
      assert.equal(await store.get("key"), "new");
    });
  }

  test("treats a file that it may not read as absent, such as one of root's", async (t) => {
    const store = open();
    await store.set("key", "value", 60_000);
    mockFs(t, "readFile", "EACCES");
    assert.equal(await store.replace("key", null, "new", 60_000), true);
  });

  test("does not write through a link in the place of its file", { skip: process.platform === "win32" }, async () => {
    const store = open();
    await store.set("key", "value", 60_000);
    const [file] = await filePaths();
    const victim = path.join(directory, "victim");
    await symlink(victim, file!.replace(/1$/, "2"));
    await store.set("key", "new", 60_000);
    await assert.rejects(stat(victim), { code: "ENOENT" });
    assert.equal(await store.get("key"), "new");
  });

  for (const [method, code] of [
    ["mkdir", "EROFS"],
    ["writeFile", "ENOSPC"],
    ["readdir", "EACCES"],
    ["lstat", "EIO"],
  ] as const) {
    test(`rejects if ${method} fails with ${code}, and leaves nothing half-done`, async (t) => {
      const store = open();
      await store.set("key", "value", 60_000);
      const before = await readdir(directory);
      const mocked = mockFs(t, method, code);
      await assert.rejects(store.replace("key", "value", "new", 60_000), { code });
      mocked.restore();
      assert.deepEqual(await readdir(directory), before);
      assert.equal(await store.get("key"), "value");
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

  test("deletes versions replaced a minute ago, entries expired an hour ago, and drafts of killed processes", async () => {
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
      await writeFile(
        path.join(directory, name),
        JSON.stringify({ value: "value", writtenAt, waitMs: expiresAt - writtenAt }),
      );
      await utimes(path.join(directory, name), new Date(writtenAt), new Date(writtenAt));
    }
    await open().set("key", "value", MINUTE_MS);
    const left = await readdir(directory);
    for (const [name, , , stays] of FILES) assert.equal(left.includes(name), stays, name);
  });

  test("has one file for a key a minute after it changed", async () => {
    const store = open();
    for (let i = 0; i < 5; i++) await store.set("key", `value ${i}`, 60_000);
    for (const file of await filePaths())
      await utimes(file, new Date(Date.now() - 61_000), new Date(Date.now() - 61_000));
    await store.set("other key", "value", 60_000);
    assert.equal((await filePaths()).length, 2);
    assert.equal(await store.get("key"), "value 4");
  });

  test("does not report a change that took too long: another process may have taken the lock file meanwhile", async (t) => {
    const store = open();
    const now = performance.now.bind(performance);
    let slowness = 0;
    t.mock.method(performance, "now", () => now() + slowness);
    await store.set("key", "value", 3_600_000);
    const replacing = store.replace("key", "value", "new", 3_600_000);
    slowness = 31_000;
    assert.equal(await replacing, false);
  });

  test("copies the file if the file system has no links", async (t) => {
    mockFs(t, "link", "EPERM");
    const store = open();
    assert.equal(await store.replace("key", null, "value", 60_000), true);
    const won = await Promise.all([1, 2, 3].map((n) => store.replace("key", "value", `${n}`, 60_000)));
    assert.equal(won.filter(Boolean).length, 1);
    assert.equal(await store.get("key"), `${won.indexOf(true) + 1}`);
    for (const file of await filePaths()) assert.equal((await stat(file)).mode & 0o077, 0);
  });

  test("rejects if a file is in the place of its folder", async () => {
    await writeFile(path.join(base, "file"), "");
    const store = new FileSessionStore({ directory: path.join(base, "file") });
    await assert.rejects(store.get("key"));
    await assert.rejects(store.replace("key", null, "value", 1000));
  });

  test("refuses bad options, by name", () => {
    assert.throws(() => new FileSessionStore({ ttlMs: -1 }), { name: "ArgumentError", message: /ttlMs/ });
    for (const bad of ["", 5, null, {}]) {
      assert.throws(() => new FileSessionStore({ directory: bad as never }), {
        name: "ArgumentError",
        message: /directory/,
      });
    }
  });
});

describe("processes that replace one value at the same time", () => {
  const COUNTER = `
    import { FileSessionStore } from ${JSON.stringify(path.join(import.meta.dirname, "../../src/stores/file.ts"))};
    const store = new FileSessionStore({ directory: process.argv[1] });
    for (let done = 0; done < 25; ) {
      const from = await store.get("counter");
      if (await store.replace("counter", from, String(Number(from) + 1), 60_000)) done++;
    }`;

  test("lose no change, and know what they changed", async () => {
    const children = Array.from({ length: 4 }, () =>
      spawn(process.execPath, ["--input-type=module-typescript", "--eval", COUNTER, directory], { stdio: "inherit" }),
    );
    const codes = await Promise.all(children.map(async (child) => ((await once(child, "exit")) as [number])[0]));
    assert.deepEqual(codes, [0, 0, 0, 0]);
    assert.equal(await open().get("counter"), "100");
  });
});

describe("the default folder of a store", () => {
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
    ["win32", { LOCALAPPDATA: "" }, path.join(HOME, "AppData/Local/dexcom-share-ts")],
  ];
  for (const [platform, variables, expected] of CASES) {
    test(`on ${platform} with ${JSON.stringify(variables)} is ${expected.replace(HOME, "~")}`, () => {
      Object.defineProperty(process, "platform", { value: platform });
      process.env = { HOME: env["HOME"], ...variables };
      assert.equal(new FileSessionStore().directory, expected);
    });
  }

  for (const platform of ["linux", "darwin", "win32"] as const) {
    test(`on ${platform} is absent if HOME is empty, and is never the current directory`, async (t) => {
      Object.defineProperty(process, "platform", { value: platform });
      process.env = {};
      t.mock.method(os, "homedir", () => "");
      syncBuiltinESMExports();
      t.after(() => {
        t.mock.restoreAll();
        syncBuiltinESMExports();
      });
      await assert.rejects(new FileSessionStore().get("key"), /No folder for caches/);
      await assert.rejects(new FileSessionStore().set("key", "value", 1000), /No folder for caches/);
    });
  }
});
