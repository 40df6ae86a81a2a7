import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
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
import { NumberedService, numberOf, type Pace } from "../support/numbered-service.ts";
import { SlowCache } from "../support/slow-cache.ts";

const DEADLINE_MS = 30_000;
const DAY_MS = 86_400_000;

/** One call: when, by which client, and after how long its caller gives up, if at all. */
interface Call {
  readonly client: number;
  readonly startMs: number;
  readonly abortAfterMs: number | undefined;
}

interface Schedule {
  readonly calls: readonly Call[];
  /** When the service forgets every session. */
  readonly expiriesMs: readonly number[];
  readonly pace: Pace;
  readonly cacheLatenciesMs: readonly number[];
}

/** Soon after each other, where things meet. */
const moment = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 3000 }) },
  fc.integer({ min: 0, max: 120_000 }),
);
const latencies = (max: number): fc.Arbitrary<number[]> =>
  fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max })), { minLength: 1, maxLength: 9 });

const schedule = (clients: number, latencyMs: number): fc.Arbitrary<Schedule> =>
  fc.record({
    calls: fc.array(
      fc.record({
        client: fc.nat({ max: clients - 1 }),
        startMs: moment,
        abortAfterMs: fc.option(fc.oneof(fc.constant(0), fc.integer({ min: 1, max: latencyMs * 2 })), {
          nil: undefined,
          freq: 3,
        }),
      }),
      { minLength: 1, maxLength: 10 },
    ),
    expiriesMs: fc.oneof(fc.array(moment, { maxLength: 1 }), fc.array(moment, { maxLength: 4 })),
    pace: fc.record({
      latenciesMs: latencies(latencyMs),
      lifetimesMs: fc.oneof(
        fc.constant([DAY_MS]),
        fc.array(fc.oneof(fc.constant(DAY_MS), fc.integer({ min: 1, max: 60_000 })), { minLength: 1, maxLength: 4 }),
      ),
    }),
    cacheLatenciesMs: latencies(900),
  });

/** What can go wrong, and comes by chance only now and then. */
const KNOWN: readonly Schedule[] = [
  {
    calls: [0, 0].map((startMs) => ({ client: 0, startMs, abortAfterMs: undefined })),
    expiriesMs: [],
    pace: { latenciesMs: [0, 0, 4, 0], lifetimesMs: [642] },
    cacheLatenciesMs: [0, 0, 0, 639, 0, 642],
  },
  {
    // A renewal of the old session overtook the login that replaced it.
    calls: [0, 0, 1058, 481, 1150].map((startMs) => ({ client: 0, startMs, abortAfterMs: undefined })),
    expiriesMs: [1726],
    pace: { latenciesMs: [0, 960], lifetimesMs: [DAY_MS] },
    cacheLatenciesMs: [0, 0, 0, 0, 97, 96, 668, 0],
  },
  {
    // The cache was asked while the new session was on its way there: a second login was made.
    calls: [0, 36].map((startMs) => ({ client: 0, startMs, abortAfterMs: undefined })),
    expiriesMs: [8],
    pace: { latenciesMs: [0], lifetimesMs: [DAY_MS] },
    cacheLatenciesMs: [7, 0],
  },
  {
    // A call joined the login, still busy storing, that had given the session it was refused with.
    calls: [0, 0, 0, 0].map((startMs) => ({ client: 0, startMs, abortAfterMs: undefined })),
    expiriesMs: [1],
    pace: { latenciesMs: [0], lifetimesMs: [DAY_MS] },
    cacheLatenciesMs: [0, 1],
  },
  {
    // A reading that was long on its way back renews its session, which another call has replaced meanwhile.
    calls: [0, 5000, 6700, 9000].map((startMs) => ({ client: 0, startMs, abortAfterMs: undefined })),
    expiriesMs: [6600],
    pace: { latenciesMs: [0, 0, 0, 3000, 0, 0, 0, 0, 0, 0], lifetimesMs: [DAY_MS] },
    cacheLatenciesMs: [0],
  },
];

/** Plays a schedule, and checks of each call what holds of every call. Gives what came of them. */
async function play(
  clock: VirtualClock,
  { calls, expiriesMs }: Schedule,
  service: NumberedService,
  clients: readonly Dexcom[],
): Promise<unknown[]> {
  const start = clock.now();
  const outcomes = calls.map(async ({ client, startMs, abortAfterMs }, i) => {
    await clock.sleep(startMs);
    const controller = new AbortController();
    const reason = { why: `call ${i} was given up` };
    if (abortAfterMs === 0) controller.abort(reason);
    else if (abortAfterMs !== undefined) void clock.sleep(abortAfterMs).then(() => controller.abort(reason));
    const outcome: unknown = await clients[client]!.getLatestGlucoseReading({ signal: controller.signal }).catch(
      (error: unknown) => error,
    );
    const tookMs = clock.now() - start - startMs;
    assert.ok(tookMs <= DEADLINE_MS, `call ${i} took ${tookMs} ms`);
    if (abortAfterMs !== undefined)
      assert.ok(tookMs <= abortAfterMs, `call ${i} went on ${tookMs - abortAfterMs} ms after its abort`);
    // An abort is its caller's own: with that very reason, and at that very moment.
    const isAborted = typeof outcome === "object" && outcome !== null && "why" in outcome;
    if (isAborted) assert.deepEqual([outcome, tookMs], [reason, abortAfterMs], `call ${i} has the reason of another`);
    if (isAborted) assert.equal(outcome, reason);
    assert.equal(getEventListeners(controller.signal, "abort").length, 0, `listeners left by call ${i}`);
    return isAborted ? "aborted" : outcome;
  });
  const expiries = expiriesMs.map(async (ms) => {
    await clock.sleep(ms);
    service.expire();
  });
  const [all] = await clock.runUntil(Promise.all([Promise.all(outcomes), ...expiries]));
  // Logins that nobody waits for any more end by themselves, too.
  await clock.advance(2 * DEADLINE_MS);
  assert.equal(clock.sleeping, 0, "timers left");
  assert.ok(service.mostLogins <= 1, `${service.mostLogins} logins at once`);
  return all;
}

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
    test(`share one login, and none is lost (${kind})`, async () => {
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

  test("of two clients that share a cache each logs in once at a time, and none throws out what the other stored", async () => {
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
    test(`a login that ${how} fails for all who wait for it, and ${then}`, async () => {
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
    // What a request began is frozen with it: its timers, and its answers.
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
