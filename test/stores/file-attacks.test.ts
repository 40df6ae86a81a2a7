/** What somebody can do to the folder of a file store, and what no clock may do to a lease in it. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmod, mkdir, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, beforeEach, describe, test } from "node:test";
import { FileSessionStore } from "../../src/stores/file.ts";

let base: string;
let directory: string;
before(async () => {
  base = await mkdtemp(path.join(tmpdir(), "dexcom-share-ts-file-"));
});
beforeEach(() => {
  directory = path.join(base, String(Math.random()));
});
after(() => rm(base, { recursive: true, force: true }));

const open = (): FileSessionStore => new FileSessionStore({ directory });
const HOUR_MS = 3_600_000;
const onWindows = process.platform === "win32";

describe("a planted version", () => {
  for (const version of ["999999999999999", "999999999999", "999999999998", "1000000000000"]) {
    test(`${version} hides no value that is written after it`, async () => {
      const store = open();
      await store.set("key", "value", HOUR_MS);
      const [name] = await readdir(directory);
      await writeFile(path.join(directory, name!.replace(/\.\d+$/, `.${version}`)), "planted");
      for (const value of ["one", "two", "three"]) {
        await store.set("key", value, HOUR_MS);
        assert.equal(await open().get("key"), value);
      }
      assert.equal(await store.replace("key", "three", "four", HOUR_MS), true);
    });
  }
});

describe("a folder that others may write to", { skip: onWindows }, () => {
  test("is a failure of the store, and stays as it is", async () => {
    await mkdir(directory);
    await chmod(directory, 0o777);
    for (const call of [
      () => open().get("key"),
      () => open().set("key", "value", HOUR_MS),
      () => open().replace("key", null, "a", HOUR_MS),
    ]) {
      await assert.rejects(call, /may write/);
    }
    assert.deepEqual(await readdir(directory), []);
    assert.equal((await stat(directory)).mode & 0o777, 0o777);
  });

  test("is mended if it is the default one", async (t) => {
    const { env } = process;
    t.after(() => void (process.env = env));
    process.env = { ...env, XDG_CACHE_HOME: base };
    const folder = path.join(base, "dexcom-share-ts");
    await mkdir(folder);
    await chmod(folder, 0o777);
    if (process.platform !== "linux") return;
    await new FileSessionStore().set("key", "value", HOUR_MS);
    assert.equal((await stat(folder)).mode & 0o777, 0o700);
  });

  test("is a failure of the store if it belongs to another user", async (t) => {
    await open().set("key", "value", HOUR_MS);
    const uid = process.getuid!();
    t.mock.method(process as { getuid: () => number }, "getuid", () => uid + 1);
    await assert.rejects(open().get("key"), /another user/);
  });
});

test("a folder that can't be made is a failure at once", { skip: process.platform !== "linux" }, () => {
  const file = path.join(import.meta.dirname, "../../src/stores/file.ts");
  const program = `
    import { FileSessionStore } from ${JSON.stringify(file)};
    const store = new FileSessionStore({ directory: "/proc/dexcom/store" });
    await store.set("key", "value", 1000).catch(({ code }) => console.log(code));`;
  const { stdout, status } = spawnSync(process.execPath, ["--input-type=module-typescript", "--eval", program], {
    timeout: 30_000,
    encoding: "utf8",
  });
  assert.deepEqual([stdout.trim(), status], ["ENOENT", 0]);
});

describe("a lease", () => {
  test("is dead once a waiter has seen it unchanged for its length, and not before, whatever the wall clocks say", async (t) => {
    let wallMs = Date.now();
    let elapsedMs = 0;
    t.mock.method(Date, "now", () => wallMs);
    t.mock.method(performance, "now", () => elapsedMs);
    const [holder, waiter] = [open(), open()];
    assert.equal(await holder.replace("lock", null, "token", 10_000), true);
    wallMs += 365 * 24 * HOUR_MS;
    assert.equal(await waiter.replace("lock", null, "other", 10_000), false, "the waiter's clock is a year fast");
    elapsedMs += 9000;
    assert.equal(await holder.replace("lock", "token", "token", 10_000), true);
    elapsedMs += 9000;
    assert.equal(await waiter.replace("lock", null, "other", 10_000), false, "it was renewed meanwhile");
    elapsedMs += 10_000;
    wallMs -= 2 * 365 * 24 * HOUR_MS;
    assert.equal(await waiter.replace("lock", null, "other", 10_000), true);
    assert.equal(await holder.replace("lock", "token", "token", 10_000), false);
  });
});

test("a value of a file lives for its time, though the clock is set back meanwhile", async (t) => {
  const { now } = Date;
  let aheadMs = 0;
  t.mock.method(Date, "now", () => now() + aheadMs);
  await open().set("key", "value", HOUR_MS);
  aheadMs = -24 * HOUR_MS;
  assert.equal(await open().get("key"), "value");
  aheadMs = HOUR_MS;
  assert.equal(await open().get("key"), null);
});
