import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import fc from "fast-check";
import { Dexcom } from "../../src/index.ts";
import { VirtualClock } from "../../src/simulator/index.ts";
import { NumberedService, type Pace } from "../support/numbered-service.ts";

export const DEADLINE_MS = 30_000;
export const DAY_MS = 86_400_000;

/** One call: when, by which client, and after how long its caller gives up, if at all. */
interface Call {
  readonly client: number;
  readonly startMs: number;
  readonly abortAfterMs: number | undefined;
}

export interface Schedule {
  readonly calls: readonly Call[];
  /** When the service forgets every session. */
  readonly expiriesMs: readonly number[];
  readonly pace: Pace;
  readonly cacheLatenciesMs: readonly number[];
}

/** Soon after each other, so that calls overlap. */
const moment = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 3000 }) },
  fc.integer({ min: 0, max: 120_000 }),
);

const latencies = (max: number): fc.Arbitrary<number[]> =>
  fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max })), { minLength: 1, maxLength: 9 });

export const schedule = (clients: number, latencyMs: number): fc.Arbitrary<Schedule> =>
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
export const KNOWN: readonly Schedule[] = [
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
export async function play(
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
