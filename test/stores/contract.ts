/** What every store with `replace` must do, whatever it keeps things in. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import type { SessionStore } from "../../src/session/session-store.ts";

type FullStore = SessionStore & Required<Pick<SessionStore, "replace">>;

/** @param open A store, and each time one more on the same place. */
export function testStoreContract(open: () => FullStore): void {
  const ODD_KEYS = ["plain", "with/slash+plus=", "Capitals", "capitals", "ü\n\0", "../../outside", "x".repeat(500)];

  test("returns a value to every store on the same place until it is deleted", async () => {
    const [one, other] = [open(), open()];
    for (const key of ODD_KEYS) assert.equal(await one.get(key), null);
    for (const [index, key] of ODD_KEYS.entries()) await one.set(key, `value ${index}`, 60_000);
    for (const [index, key] of ODD_KEYS.entries()) assert.equal(await other.get(key), `value ${index}`);
    await one.set("plain", "changed", 60_000);
    assert.equal(await other.get("plain"), "changed");
    for (const key of ODD_KEYS) await other.delete(key);
    for (const key of ODD_KEYS) assert.equal(await one.get(key), null);
    await one.delete("plain");
  });

  test("forgets a value after its lifetime, which may be a fraction", async () => {
    const store = open();
    // A store's own clock can't be moved, so a machine that is too slow for a short lifetime gets a longer one.
    let ttlMs = 80.5;
    for (let found: string | null | undefined; typeof found !== "string"; ttlMs *= 10) {
      const startedAt = performance.now();
      await store.set("set", "value", ttlMs);
      const isReplaced = await store.replace("replaced", null, "value", ttlMs);
      found = await store.get("set");
      if (performance.now() - startedAt < ttlMs) assert.deepEqual([isReplaced, found], [true, "value"]);
      await wait(ttlMs + 40);
    }
    assert.equal(await store.get("set"), null);
    assert.equal(await store.get("replaced"), null);
    assert.equal(await store.replace("set", null, "again", 60_000), true, "an expired value is absent");
    await store.delete("set");
  });

  test("replaces a value only if it is the expected one", async () => {
    const store = open();
    const key = "replace";
    assert.equal(await store.replace(key, "a", "b", 60_000), false);
    assert.equal(await store.replace(key, null, "a", 60_000), true);
    assert.equal(await store.replace(key, null, "b", 60_000), false);
    assert.equal(await store.replace(key, "b", "c", 60_000), false);
    assert.equal(await store.replace(key, "a", "b", 60_000), true);
    assert.equal(await store.get(key), "b");
    assert.equal(await store.replace(key, "a", null, 0), false);
    assert.equal(await store.replace(key, "b", null, 0), true);
    assert.equal(await store.get(key), null);
    assert.equal(await store.replace(key, null, null, 0), true);
  });

  test("lets one of many replace the same value", async () => {
    const stores = Array.from({ length: 20 }, open);
    const key = "race";
    for (let round = 0, from: string | null = null; round < 10; round++) {
      const won = await Promise.all(
        stores.map((store, index) => store.replace(key, from, `${round} ${index}`, 60_000)),
      );
      assert.equal(won.filter(Boolean).length, 1, `round ${round}`);
      from = `${round} ${won.indexOf(true)}`;
      assert.equal(await open().get(key), from);
    }
    await open().delete(key);
  });
}
