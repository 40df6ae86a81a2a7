import assert from "node:assert/strict";
import { test } from "node:test";
import { Dexcom, DexcomError, type GlucoseReading } from "../../src/index.ts";
import { Publisher, type NewReading } from "../../src/publisher/index.ts";
import {
  generateReadings,
  ShareSimulator,
  VirtualClock,
  type DuplicatePosts,
  type Injection,
} from "../../src/simulator/index.ts";
import { Subscriber } from "../../src/subscriber/index.ts";
import { numbersFrom } from "../support/seeded.ts";

const WEARER = { username: "someone@example.com", password: "correct horse battery" };
const SERIAL = "SM00000000";
const START = Date.UTC(2026, 0, 1, 12);
const STEP_MS = 300_000;
const READINGS = 288;

/** What may go wrong with a request of the day; `undefined` for nothing. */
const FAULTS: readonly (Omit<Injection, "operation"> | undefined)[] = [
  undefined,
  { drop: "before-headers" },
  { drop: "before-headers", isProcessed: true },
  { drop: "mid-body" },
  { status: 502, isProcessed: true },
  { status: 503 },
  { status: 429, headers: { "retry-after": "7" } },
  { body: "<!DOCTYPE html><html></html>" },
  { delayMs: 15_000 },
  { truncate: 3 },
  { code: "SessionNotValid" },
  { code: "SessionIdNotFound" },
  { code: "MonitoringSessionNotActive" },
];

/** A day as an uploader has it: most readings by themselves, some late and several at once. */
function batchesOf(day: readonly NewReading[], random: () => number): NewReading[][] {
  const batches: NewReading[][] = [];
  for (let index = 0; index < day.length;) {
    const size = random() < 0.8 ? 1 : 1 + Math.floor(random() * 12);
    batches.push(day.slice(index, index + size));
    index += size;
  }
  return batches;
}

for (const duplicatePosts of ["refuse-all", "keep-new"] satisfies DuplicatePosts[]) {
  for (let seed = 1; seed <= 4; seed++) {
    test(`a day is posted with faults at random (seed ${seed}, ${duplicatePosts}), and read exactly by the follower and by Dexcom`, async () => {
      const random = numbersFrom(seed);
      const clock = new VirtualClock(START);
      const simulator = new ShareSimulator({
        accounts: [{ ...WEARER, readings: [], followers: [] }],
        clock,
        seed,
        duplicatePosts,
      });
      const common = { fetch: simulator.fetch, clock };
      const dexcom = new Dexcom({ ...WEARER, ...common });
      const publisher = new Publisher({ dexcom });

      // A receiver is assigned, monitoring starts, somebody is invited and accepts.
      await clock.runUntil(publisher.replaceReceiver(SERIAL));
      await clock.runUntil(publisher.startMonitoring(SERIAL));
      const contactId = await clock.runUntil(publisher.createContact("Follower", "follower@example.com"));
      const subscriptionId = await clock.runUntil(publisher.createInvitation(contactId, { displayName: "Sam" }));
      const follower = simulator.acceptInvitation(subscriptionId);
      const [listed] = await clock.runUntil(publisher.listSubscriptions());
      assert.deepEqual(
        [listed?.state, listed?.isMonitoringActive, listed?.subscriberId],
        ["active", true, follower.accountId],
      );

      // A day of readings, each posted when it is there.
      const from = START + STEP_MS;
      const day: NewReading[] = generateReadings({ seed, from, to: from + READINGS * STEP_MS })
        .slice(0, READINGS)
        .map(({ mgDl, trend, datetime }) => ({
          mgDl: Math.max(39, Math.min(401, mgDl)),
          trend,
          datetime: Math.floor(+datetime / 1000) * 1000,
        }));
      assert.ok(day.length > 200, "a day");
      let failures = 0;
      for (const batch of batchesOf(day, random)) {
        const last = Number(batch[batch.length - 1]!.datetime);
        await clock.advance(Math.max(0, last - clock.now()) + 1000);
        for (let tries = 1; ; tries++) {
          const stops = inject(simulator, random);
          try {
            const posted = await clock.runUntil(publisher.postReadings(SERIAL, batch, { confirm: random() < 0.1 }));
            assert.equal(posted.length, batch.length);
            break;
          } catch (error) {
            // What an uploader does: the same readings again.
            assert.ok(error instanceof DexcomError, String(error));
            assert.ok(tries < 20, "it never got through");
            failures++;
            await clock.advance((error.retryAfterMs ?? 0) + 30_000);
          } finally {
            for (const stop of stops) stop();
          }
        }
      }
      assert.ok(failures > 0, "no fault came through to the uploader");

      const expected = day.map(({ mgDl, trend, datetime }) => [mgDl, trend, datetime]).reverse();
      const fieldsOf = (readings: readonly GlucoseReading[]): unknown =>
        readings.map(({ mgDl, trend, datetime }) => [mgDl, trend, datetime.getTime()]);
      // Of the last retries the clock may have gone on for minutes; the first readings of the day are still held.
      const subscriber = new Subscriber({ accountId: follower.accountId, secret: follower.secret, ...common });
      const seen = expected.filter(([, , time]) => (time as number) >= clock.now() - 86_400_000);
      assert.deepEqual(fieldsOf(await clock.runUntil(dexcom.getGlucoseReadings())), seen);
      assert.deepEqual(fieldsOf(await clock.runUntil(subscriber.getGlucoseReadings(subscriptionId))), seen);
      assert.ok(seen.length > day.length - 5);
      const [latest] = await clock.runUntil(subscriber.getLatestGlucoseReadings([subscriptionId]));
      assert.deepEqual(fieldsOf([latest!.reading!]), [expected[0]]);
    });
  }
}

/** Up to three faults, for whatever is asked next. */
function inject(simulator: ShareSimulator, random: () => number): (() => void)[] {
  if (random() < 0.5) return [];
  return Array.from(
    { length: 1 + Math.floor(random() * 4) },
    () => FAULTS[Math.floor(random() * FAULTS.length)],
  ).flatMap((fault) => {
    if (fault === undefined) return [];
    // The code of a monitoring session that is not active is the upload's alone.
    const operation = fault.code === "MonitoringSessionNotActive" ? ("PostReceiverEgvRecords" as const) : undefined;
    return [simulator.inject({ operation, times: 1, after: Math.floor(random() * 2), ...fault })];
  });
}
