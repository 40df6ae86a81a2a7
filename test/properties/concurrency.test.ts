import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import {
  Dexcom,
  GlucoseReading,
  MemorySessionCache,
  SessionError,
  type Clock,
  type SessionCache,
} from "../../src/index.ts";
import { VirtualClock } from "../../src/simulator/index.ts";
import { runs } from "../support/fuzzing.ts";
import { NumberedService, numberOf } from "../support/numbered-service.ts";
import { SlowCache } from "../support/slow-cache.ts";
import { DAY_MS, DEADLINE_MS, KNOWN, play, schedule, type Schedule } from "./schedules.ts";

/** What a cache held: never an older session after a newer one. */
function assertNeverOlder(held: readonly (string | null)[]): void {
  const numbers = held.flatMap((id) => (id === null ? [] : [numberOf(id)]));
  assert.deepEqual(
    numbers,
    numbers.toSorted((a, b) => a - b),
    "a stale session was stored over a newer one",
  );
}

function clientOf(service: NumberedService, clock: VirtualClock, cache?: SessionCache): Dexcom {
  return new Dexcom({
    username: "someone",
    password: "secret",
    fetch: service.makeFetch(),
    clock,
    cache,
    deadlineMs: DEADLINE_MS,
    retry: { baseDelayMs: 10 },
  });
}

/** The memory cache with its writes on record. */
class WatchedMemory extends MemorySessionCache {
  readonly held: (string | null)[] = [];
  readonly cleared: (string | null)[] = [];
  override set(id: string, ttlMs: number): Promise<void> {
    this.held.push(id);
    return super.set(id, ttlMs);
  }
  override async clear(): Promise<void> {
    this.cleared.push(await this.get());
    return super.clear();
  }
}

describe("calls that meet", () => {
  for (const kind of ["memory of its own", "memory as a cache of the user's", "a slow cache"] as const) {
    test(`share one login, and no call is lost (${kind})`, async () => {
      const latencyMs = 3000;
      const property = fc.asyncProperty(schedule(1, latencyMs), async (plan) => {
        const clock = new VirtualClock();
        const service = new NumberedService(clock, plan.pace);
        const slow = kind === "a slow cache" ? new SlowCache(clock, plan.cacheLatenciesMs) : undefined;
        const watched = kind === "memory as a cache of the user's" ? new WatchedMemory(clock) : undefined;
        const outcomes = await play(clock, plan, service, [clientOf(service, clock, slow ?? watched)]);
        const diesOnce = plan.expiriesMs.length <= 1 && plan.pace.lifetimesMs.every((ms) => ms === DAY_MS);
        for (const [i, outcome] of outcomes.entries()) {
          if (outcome === "aborted" || outcome instanceof GlucoseReading) continue;
          // Nothing fails here but sessions. A call replaces one that died, and gives up over the next.
          assert.ok(!diesOnce && outcome instanceof SessionError, `call ${i}: ${String(outcome)}`);
        }
        assertNeverOlder(slow?.held ?? watched?.held ?? []);
        // The first login, and one for a session that died, however many calls found it dead. (A call that finds two of them
        // logs in by itself, whatever the cache holds then.)
        if (diesOnce)
          assert.ok(
            service.opened <= 1 + service.refused.size,
            `${service.opened} logins for ${service.refused.size} dead sessions`,
          );
      });
      const examples = KNOWN.map((plan): [Schedule] => [plan]);
      await fc.assert(property, { ...runs(200), examples });
    });
  }

  test("keep to their deadlines when logins and reads take longer than there is time", async () => {
    const property = fc.asyncProperty(schedule(1, 20_000), async (plan) => {
      const clock = new VirtualClock();
      const service = new NumberedService(clock, plan.pace);
      await play(clock, plan, service, [clientOf(service, clock)]);
    });
    await fc.assert(property, runs(200));
  });

  test("of two clients that share a cache log in once per client at a time, and neither deletes the other's session", async () => {
    const property = fc.asyncProperty(schedule(2, 3000), fc.boolean(), async (plan, isSlow) => {
      const clock = new VirtualClock();
      const slow = new SlowCache(clock, plan.cacheLatenciesMs);
      const watched = new WatchedMemory(clock);
      const service = new NumberedService(clock, plan.pace);
      const clients = [0, 1].map(() => clientOf(service, clock, isSlow ? slow : watched));
      await play(clock, plan, service, clients);
      for (const id of watched.cleared)
        assert.ok(id !== null && service.refused.has(id), `${String(id)} was thrown out`);
    });
    await fc.assert(property, runs(200));
  });

  for (const { how, status, then } of [
    { how: "is turned away", status: 403, then: "for nobody after them" },
    { how: "is undecided", status: 520, then: "for the minute after them without a request" },
  ]) {
    test(`a login that ${how} fails for all callers that wait for it, and ${then}`, async () => {
      const clock = new VirtualClock();
      const service = new NumberedService(clock, { latenciesMs: [100], lifetimesMs: [DAY_MS] });
      const fetch = service.makeFetch();
      let logins = 0;
      const failing: typeof fetch = async (input, init) => {
        const response = await fetch(input, init);
        return (input as string).includes("/Login") && ++logins === 1 ? new Response("", { status }) : response;
      };
      const client = new Dexcom({ username: "someone", password: "secret", fetch: failing, clock });
      const read = (): Promise<unknown> => client.getLatestGlucoseReading();
      const calls = [1, 2, 3].map(() => assert.rejects(read(), { code: "UNEXPECTED_RESPONSE" }));
      await clock.runUntil(Promise.all(calls));
      assert.equal(logins, 1);
      if (status === 520) {
        await clock.advance(59_000);
        await assert.rejects(clock.runUntil(read()), { code: "LOGIN_UNDECIDED", retryAfterMs: 1000 });
        assert.equal(logins, 1);
        await clock.advance(1000);
      }
      assert.ok(await clock.runUntil(read()));
      assert.equal(logins, 2);
    });
  }

  test("the first caller's abort ends nobody's login", async () => {
    const clock = new VirtualClock();
    const service = new NumberedService(clock, { latenciesMs: [1000], lifetimesMs: [DAY_MS] });
    const client = clientOf(service, clock);
    const controller = new AbortController();
    const first = assert.rejects(client.getLatestGlucoseReading({ signal: controller.signal }), { message: "enough" });
    const second = client.getLatestGlucoseReading();
    await clock.advance(1500);
    controller.abort(new Error("enough"));
    await clock.runUntil(first);
    assert.equal(clock.sleeping > 0, true);
    assert.ok(await clock.runUntil(second));
    assert.equal(service.opened, 1);
  });

  test("a login that another request of a Worker left behind holds nobody up, and stores nothing when it comes back", async () => {
    const clock = new VirtualClock();
    const service = new NumberedService(clock, { latenciesMs: [0], lifetimesMs: [DAY_MS] });
    const fetch = service.makeFetch();
    const cache = new WatchedMemory(clock);
    // Everything that a request began is frozen with it: its timers and its responses.
    let isFrozen = false;
    const frozen: Clock = {
      now: () => clock.now(),
      sleep: (ms, signal) => (isFrozen ? new Promise(() => undefined) : clock.sleep(ms, signal)),
      hold: (work) => clock.hold(work),
    };
    let thaw: () => void = () => undefined;
    const thawed = new Promise<void>((resolve) => (thaw = resolve));
    const client = new Dexcom({
      username: "someone",
      password: "secret",
      clock: frozen,
      cache,
      fetch: async (input, init) => {
        const response = await fetch(input, init);
        if (isFrozen && (input as string).includes("/Login")) await thawed;
        return response;
      },
    });
    isFrozen = true;
    const left = client.getLatestGlucoseReading().catch((error: unknown) => error);
    await clock.advance(1);
    assert.equal(service.opened, 1);
    isFrozen = false;
    await clock.advance(10 * DEADLINE_MS);
    assert.ok(await clock.runUntil(client.getLatestGlucoseReading()));
    const held = await cache.get();
    thaw();
    await clock.runUntil(left);
    await clock.advance(0);
    assert.ok(held !== null && numberOf(held) === 2);
    assert.equal(await cache.get(), held);
    assertNeverOlder(cache.held);
    assert.ok(await clock.runUntil(client.getLatestGlucoseReading()));
    assert.equal(service.refused.size, 0);
  });
});
