import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { AccountError, Dexcom } from "../../src/index.ts";
import { VirtualClock } from "../../src/simulator/index.ts";
import { MapStore } from "../stores/map-store.ts";
import { ACCOUNT } from "../stores/service.ts";
import { world } from "./store-world.ts";
import { deriveKeysQuickly } from "../stores/quick-keys.ts";
import { read } from "./reads.ts";

deriveKeysQuickly();

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

describe("a refusal", () => {
  test("of a password is remembered for other processes: a hundred calls of ten clients post it once", async () => {
    const { simulator, start } = world();
    for (let client = 0; client < 10; client++) {
      const dexcom = start({ password: "wrong" });
      for (let call = 0; call < 10; call++) {
        await assert.rejects(read(dexcom), {
          name: "AccountError",
          message: "Failed to authenticate",
          code: "CREDENTIALS_REFUSED",
        });
      }
    }
    assert.equal(simulator.requests.length, 1);
  });

  test("keeps nobody waiting for a lock: no post comes of it", async () => {
    const { clock, place, start } = world();
    await assert.rejects(read(start({ password: "wrong" })), AccountError);
    place.calls.length = 0;
    const startedAt = clock.now();
    await clock.runUntil(Promise.allSettled(Array.from({ length: 10 }, () => read(start({ password: "wrong" })))));
    assert.deepEqual([clock.now() - startedAt, place.calls.includes("replace")], [0, false]);
  });

  test("tells the other processes how long it holds, and doubles with each probe up to an hour", async () => {
    const { clock, simulator, start } = world({ lockOutAfter: Infinity });
    for (const minutes of [10, 20, 40, 60, 60]) {
      await assert.rejects(read(start({ password: "wrong" })), { retryAfterMs: minutes * MINUTE_MS, attempts: 1 });
      await clock.advance(minutes * MINUTE_MS - 1);
      await assert.rejects(read(start({ password: "wrong" })), { retryAfterMs: 1, attempts: 0 });
      await clock.advance(1);
    }
    assert.equal(simulator.requests.length, 5);
  });

  test("is void once the password was accepted", async () => {
    const { clock, simulator, start } = world();
    await assert.rejects(read(start({ password: "new" })), AccountError);
    simulator.changePassword(ACCOUNT.username, "new");
    await clock.advance(10 * MINUTE_MS);
    await read(start({ password: "new" }));
    simulator.changePassword(ACCOUNT.username, "newer");
    simulator.expireSessions();
    await assert.rejects(read(start({ password: "new" })), { retryAfterMs: 10 * MINUTE_MS, attempts: 1 });
  });

  test("because the account is locked stops the posts of that password, in every process", async () => {
    const { clock, simulator, start } = world();
    simulator.lockOut(ACCOUNT.username, 20 * MINUTE_MS);
    await assert.rejects(read(start()), { code: "LOCKED_OUT", attempts: 1 });
    for (let process = 0; process < 3; process++) {
      await assert.rejects(read(start()), { code: "LOCKED_OUT", attempts: 0, retryAfterMs: 10 * MINUTE_MS });
    }
    assert.equal(simulator.requests.length, 1);
    await clock.advance(10 * MINUTE_MS);
    await assert.rejects(read(start()), { code: "LOCKED_OUT", attempts: 1 });
    assert.equal(simulator.requests.length, 2);
  });

  test("because the account is locked stops the posts of every password, in every process that has the secret", async () => {
    const { simulator, place, start } = world();
    const startWithSecret = (password: string): Dexcom =>
      start({ password, cache: new MapStore(place, { secret: new Uint8Array(32).fill(7) }) });
    simulator.lockOut(ACCOUNT.username, 20 * MINUTE_MS);
    await assert.rejects(read(startWithSecret(ACCOUNT.password)), { code: "LOCKED_OUT", attempts: 1 });
    for (const password of [ACCOUNT.password, "wrong", "other"]) {
      await assert.rejects(read(startWithSecret(password)), { code: "LOCKED_OUT", attempts: 0 });
    }
    assert.equal(simulator.requests.length, 1);
  });

  test("does not outlast its time if the machine that stored it has a fast clock", async () => {
    const { simulator, place, start } = world();
    const fast = new VirtualClock(place.clock.now() + 5 * HOUR_MS);
    await assert.rejects(read(start({ password: "wrong", clock: fast })), AccountError);
    await assert.rejects(read(start({ password: "wrong" })), { retryAfterMs: 10 * MINUTE_MS, attempts: 0 });
    assert.equal(simulator.requests.length, 1);
  });
});
