/** How a login's lease is acquired, kept and given back, and when a process posts without one. */
import assert from "node:assert/strict";
import { describe, test, type TestContext } from "node:test";
import { elapsedMs } from "../../src/clock.ts";
import type { CallLimit } from "../../src/http/deadline.ts";
import { StoreLease } from "../../src/session/login-lease.ts";
import type { StoredRefusal } from "../../src/session/refusal.ts";
import { FoundSession } from "../../src/session/session-backend.ts";
import { FAILED } from "../../src/session/storage-call.ts";
import { VirtualClock } from "../../src/simulator/index.ts";

const ID = "99999999-0000-4000-8000-000000000001";
const CALL_MS = 30_000;

interface Swap {
  readonly atMs: number;
  readonly kind: "acquire" | "renew" | "give back";
  readonly limit: CallLimit;
}

/** A lease over a lock whose replies the test sets, and what was asked of the store, in milliseconds of the call. */
function world({ callMs = CALL_MS, speed = 1 } = {}): {
  clock: VirtualClock;
  lease: StoreLease;
  swaps: Swap[];
  looks: number[];
  missingAsked: number[];
  replies: { swap: unknown; look: string | undefined; isMissing: boolean; refusals: StoredRefusal[] };
  advance: (ms: number) => Promise<void>;
} {
  const clock = new VirtualClock();
  const start = elapsedMs(clock);
  const atMs = (): number => Math.round(elapsedMs(clock) - start);
  const swaps: Swap[] = [];
  const looks: number[] = [];
  const missingAsked: number[] = [];
  const replies: ReturnType<typeof world>["replies"] = { swap: true, look: undefined, isMissing: false, refusals: [] };
  const lease = new StoreLease(
    {
      clock: Object.assign(clock, { speed }),
      swapLock: (from, to, limit) => {
        assert.ok(from === null || to === null || from === to);
        swaps.push({ atMs: atMs(), kind: to === null ? "give back" : from === null ? "acquire" : "renew", limit });
        return Promise.resolve(replies.swap);
      },
      isLockMissing: () => {
        missingAsked.push(atMs());
        return Promise.resolve(replies.isMissing);
      },
      look: () => {
        looks.push(atMs());
        return Promise.resolve(replies.look);
      },
      refusals: () => replies.refusals,
    },
    { endsAtElapsedMs: start + callMs },
  );
  return { clock, lease, swaps, looks, missingAsked, replies, advance: (ms) => clock.advance(ms) };
}

const kinds = (swaps: readonly Swap[]): string[] => swaps.map(({ kind }) => kind);

/** Makes each pause as long as it can be. */
function longestPauses(t: TestContext): void {
  t.mock.method(Math, "random", () => 1);
}

describe("a lock that is free", () => {
  test("is acquired before the first post and renewed before the second; the stored record is read after each", async () => {
    const { lease, swaps, looks } = world();
    await lease.beforePost();
    await lease.beforePost();
    assert.deepEqual(kinds(swaps), ["acquire", "renew"]);
    assert.equal(looks.length, 2);
    await lease.release();
  });

  test("is renewed every 3.3 s while it is held, and released once", async () => {
    const { lease, swaps, advance } = world();
    await lease.beforePost();
    await lease.beforePost();
    swaps.length = 0;
    await advance(10_001);
    assert.deepEqual(
      swaps.map(({ kind, atMs }) => [kind, atMs]),
      [
        ["renew", 3333],
        ["renew", 6667],
        ["renew", 10_000],
      ],
    );
    await lease.release();
    await advance(60_000);
    assert.deepEqual(kinds(swaps.slice(3)), ["give back"]);
  });

  test("is renewed in real time, whatever the speed of the clock", async () => {
    const { lease, swaps, advance } = world({ speed: 0.1 });
    await lease.beforePost();
    await advance(999);
    assert.deepEqual(
      swaps.slice(1).map(({ atMs }) => atMs),
      [333, 667],
    );
    await lease.release();
  });

  test("is released even if the call's deadline has passed", async () => {
    const { lease, swaps } = world();
    await lease.beforePost();
    await lease.release();
    assert.equal(swaps.at(-1)?.limit.endsAtElapsedMs, Infinity);
  });

  test("is released if another process turns out to have logged in already", async () => {
    const { lease, swaps, replies } = world();
    replies.look = ID;
    await assert.rejects(lease.beforePost(), (error) => error instanceof FoundSession && error.id === ID);
    await lease.release();
    assert.deepEqual(kinds(swaps), ["acquire", "give back"]);
  });
});

describe("a lock that another process holds", () => {
  test("is requested again after pauses that grow from 100 ms to a second", async (t) => {
    longestPauses(t);
    const { clock, lease, swaps, looks, replies, advance } = world();
    replies.swap = false;
    const posting = lease.beforePost();
    await advance(5000);
    replies.swap = true;
    await clock.runUntil(posting);
    const times = swaps.map(({ atMs }) => atMs);
    assert.deepEqual(
      times.slice(1).map((atMs, i) => atMs - times[i]!),
      [100, 150, 225, 338, 506, 759, 1000, 1000, 1000],
    );
    assert.deepEqual(looks, times);
    assert.ok(kinds(swaps).every((kind) => kind === "acquire"));
    await lease.release();
  });

  test("is requested again after half the pause at the earliest", async (t) => {
    t.mock.method(Math, "random", () => 0);
    const { clock, lease, swaps, replies, advance } = world();
    replies.swap = false;
    const posting = lease.beforePost();
    await advance(60);
    replies.swap = true;
    await clock.runUntil(posting);
    assert.deepEqual(
      swaps.map(({ atMs }) => atMs),
      [0, 50, 125],
    );
    await lease.release();
  });

  test("is no longer waited for if there is a session, and is not released by this process", async () => {
    const { clock, lease, swaps, replies, advance } = world();
    replies.swap = false;
    const posting = lease.beforePost();
    await advance(1000);
    replies.look = ID;
    await assert.rejects(clock.runUntil(posting), FoundSession);
    const asked = swaps.length;
    await lease.release();
    await advance(60_000);
    assert.equal(swaps.length, asked);
  });

  test("is waited for until the call's deadline, and not requested after it", async (t) => {
    longestPauses(t);
    const { clock, lease, looks, replies } = world({ callMs: 250 });
    replies.swap = false;
    await assert.rejects(clock.runUntil(lease.beforePost()), { name: "TimeoutError", code: "DEADLINE_EXCEEDED" });
    assert.deepEqual(looks, [0, 100, 250]);
  });

  test("is no longer waited for if the other process was refused", async () => {
    const { clock, lease, replies, advance } = world();
    replies.swap = false;
    const posting = lease.beforePost();
    await advance(1000);
    replies.refusals = [{ code: "LOCKED_OUT", waitMs: 1000, leftMs: 1 }];
    assert.deepEqual(await clock.runUntil(posting), replies.refusals);
  });
});

describe("a refusal in the store", () => {
  test("does not need the lock during its cool-down, because no post follows", async () => {
    const { lease, swaps, replies } = world();
    replies.refusals = [{ code: "CREDENTIALS_REFUSED", waitMs: 1000, leftMs: 1 }];
    assert.deepEqual(await lease.beforePost(), replies.refusals);
    await lease.release();
    assert.deepEqual(swaps, []);
  });

  test("does not prevent the lock from being requested after its cool-down", async () => {
    const { lease, swaps, replies } = world();
    replies.refusals = [{ code: "CREDENTIALS_REFUSED", waitMs: 1000, leftMs: 0 }];
    assert.deepEqual(await lease.beforePost(), replies.refusals);
    assert.deepEqual(kinds(swaps), ["acquire"]);
    await lease.release();
  });
});

describe("a lease that is lost", () => {
  test("is not renewed, and is acquired again before the next post", async () => {
    const { clock, lease, swaps, replies, advance } = world();
    await lease.beforePost();
    replies.swap = false;
    await advance(20_000);
    assert.deepEqual(kinds(swaps), ["acquire", "renew"]);
    const posting = lease.beforePost();
    await advance(1000);
    replies.swap = true;
    await clock.runUntil(posting);
    assert.deepEqual(new Set(kinds(swaps.slice(2))), new Set(["acquire"]));
    // One loop renews, though two posts have asked for the lock.
    swaps.length = 0;
    await advance(10_001);
    assert.equal(swaps.length, 3);
    await lease.release();
  });
});

describe("a store", () => {
  test("that fails does not prevent the post, and is asked to release a lock that it may have granted", async () => {
    const { lease, swaps, replies, advance } = world();
    replies.swap = FAILED;
    await lease.beforePost();
    await advance(20_000);
    await lease.release();
    assert.deepEqual(kinds(swaps), ["acquire", "give back"]);
  });

  test("that fails during a lease is used again: the lease is still renewed", async () => {
    const { lease, swaps, replies, advance } = world();
    await lease.beforePost();
    replies.swap = FAILED;
    await advance(4000);
    replies.swap = true;
    await advance(3000);
    assert.deepEqual(kinds(swaps), ["acquire", "renew", "renew"]);
    await lease.release();
  });

  test("without `replace` has no lock, so nothing is renewed or released", async () => {
    const { lease, swaps, replies, advance } = world();
    replies.swap = undefined;
    await lease.beforePost();
    await advance(20_000);
    await lease.release();
    assert.deepEqual(kinds(swaps), ["acquire"]);
  });

  test("that refuses a lock which nobody holds is waited for until two thirds of the call's time have passed", async (t) => {
    longestPauses(t);
    const { clock, lease, missingAsked, replies } = world({ callMs: 3000 });
    replies.swap = false;
    replies.isMissing = true;
    await clock.runUntil(lease.beforePost());
    // The pauses end at 100, 250, 475, 813, 1319 and 2078 ms.
    assert.deepEqual(missingAsked, [2078]);
  });

  test("is asked if the lock is missing when two thirds of the call's time have passed", async (t) => {
    longestPauses(t);
    const { clock, lease, missingAsked, replies } = world({ callMs: 375 });
    replies.swap = false;
    replies.isMissing = true;
    await clock.runUntil(lease.beforePost());
    assert.deepEqual(missingAsked, [250]);
  });

  test("with a lock of another process is waited for after that time, too", async (t) => {
    longestPauses(t);
    const { clock, lease, missingAsked, replies } = world({ callMs: 3000 });
    replies.swap = false;
    await assert.rejects(clock.runUntil(lease.beforePost()), { code: "DEADLINE_EXCEEDED" });
    assert.deepEqual(missingAsked, [2078]);
  });
});
