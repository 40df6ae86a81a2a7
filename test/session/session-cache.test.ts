import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { MemorySessionCache } from "../../src/session/session-cache.ts";
import { VirtualClock } from "../../src/simulator/clock/virtual-clock.ts";
import { OTHER_SESSION_ID, SESSION_ID } from "../support/responses.ts";
import { assertSecretFree } from "../support/secret-search.ts";

describe("the cache in memory", () => {
  test("is empty to begin with", async () => assert.equal(await new MemorySessionCache().get(), null));

  test("gives back the id until its time is over", async () => {
    const clock = new VirtualClock();
    const cache = new MemorySessionCache(clock);
    await cache.set(SESSION_ID, 1000);
    await clock.advance(999);
    assert.equal(await cache.get(), SESSION_ID);
    await clock.advance(1);
    assert.equal(await cache.get(), null);
  });

  test("keeps the last id alone, for its own time", async () => {
    const clock = new VirtualClock();
    const cache = new MemorySessionCache(clock);
    await cache.set(SESSION_ID, 1000);
    await cache.set(OTHER_SESSION_ID, 5000);
    await clock.advance(4999);
    assert.equal(await cache.get(), OTHER_SESSION_ID);
  });

  test("is empty once it is cleared, any number of times", async () => {
    const cache = new MemorySessionCache();
    await cache.set(SESSION_ID, 1000);
    await cache.clear();
    await cache.clear();
    assert.equal(await cache.get(), null);
  });

  test("has the real time by default", async () => {
    const cache = new MemorySessionCache();
    await cache.set(SESSION_ID, 60_000);
    assert.equal(await cache.get(), SESSION_ID);
    await cache.set(SESSION_ID, 0);
    assert.equal(await cache.get(), null);
  });

  test("does not show its id when it is printed", async () => {
    const cache = new MemorySessionCache();
    await cache.set(SESSION_ID, 60_000);
    assertSecretFree(cache, [SESSION_ID]);
  });

  test("is one's own: two caches share nothing", async () => {
    await new MemorySessionCache().set(SESSION_ID, 1000);
    assert.equal(await new MemorySessionCache().get(), null);
  });
});
