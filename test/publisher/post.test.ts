import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ArgumentError, Dexcom, TimeoutError } from "../../src/index.ts";
import { Publisher, PublisherError, type NewReading, type PostedReading } from "../../src/publisher/index.ts";
import {
  ShareSimulator,
  VirtualClock,
  type DuplicatePosts,
  type ShareSimulatorOptions,
} from "../../src/simulator/index.ts";
import { SERIAL } from "./table.ts";

const WEARER = { username: "someone@example.com", password: "correct horse battery" };
const START = Date.UTC(2026, 0, 1, 12);
const MINUTE = 60_000;

/** A simulator, and a publisher whose receiver is assigned and whose session is active. */
async function setUp(
  options: Partial<ShareSimulatorOptions> & { followers?: string[]; isReady?: boolean } = {},
): Promise<{
  clock: VirtualClock;
  simulator: ShareSimulator;
  publisher: Publisher;
  /** What was asked since, but logins and the time. */
  asked(): string[];
  /** The figures and moments that `Dexcom` reads, newest first. */
  held(): Promise<[number, number][]>;
}> {
  const { followers, isReady = true, ...rest } = options;
  const clock = new VirtualClock(START);
  const account = { ...WEARER, readings: [], ...(followers && { followers }) };
  const simulator = new ShareSimulator({ accounts: [account], clock, ...rest });
  const dexcom = new Dexcom({ ...WEARER, fetch: simulator.fetch, clock });
  const publisher = new Publisher({ dexcom });
  if (isReady) {
    await clock.runUntil(publisher.replaceReceiver(SERIAL));
    await clock.runUntil(publisher.startMonitoring(SERIAL));
  }
  const before = simulator.requests.length;
  return {
    clock,
    simulator,
    publisher,
    asked: () =>
      simulator.requests
        .slice(before)
        .flatMap(({ operation = "none" }) => (/Account$|ById$|UtcTime$/.test(operation) ? [] : [operation])),
    held: async () =>
      (await clock.runUntil(dexcom.getGlucoseReadings())).map(({ mgDl, datetime }) => [mgDl, datetime.getTime()]),
  };
}

const POST = "PostReceiverEgvRecords";
const READ = "ReadPublisherLatestGlucoseValues";
const START_SESSION = "StartRemoteMonitoringSession";

/** `count` readings, five minutes apart, the last of them now. */
const readings = (count: number): NewReading[] =>
  Array.from({ length: count }, (_, index) => ({
    mgDl: 100 + index,
    trend: "Flat",
    datetime: START - (count - 1 - index) * 5 * MINUTE,
  }));

const outcomes = (posted: readonly PostedReading[]): string => posted.map(({ outcome }) => outcome[0]).join("");

describe("a post", () => {
  test("is told of reading by reading, in the order given, and read by Dexcom", async () => {
    const { publisher, clock, held, asked } = await setUp();
    const given = readings(3).reverse();
    const posted = await clock.runUntil(publisher.postReadings(SERIAL, given));
    assert.deepEqual(
      posted,
      given.map(({ mgDl, datetime }) => ({ mgDl, datetime: new Date(datetime), outcome: "accepted" })),
    );
    assert.deepEqual(
      await held(),
      given.map(({ mgDl, datetime }) => [mgDl, datetime]),
    );
    assert.deepEqual(asked().slice(0, -1), [POST]);
  });

  test("of a day is one request, and of more is one for each day's worth", async () => {
    const { publisher, clock, asked } = await setUp();
    const many = Array.from({ length: 300 }, (_, index) => ({ mgDl: 120, datetime: START - index * MINUTE }));
    assert.equal(outcomes(await clock.runUntil(publisher.postReadings(SERIAL, many))), "a".repeat(300));
    assert.deepEqual(asked(), [POST, POST]);
  });

  test("is in whole seconds, and two of one second are one too many", async () => {
    const { publisher, clock, held } = await setUp();
    await clock.runUntil(publisher.postReadings(SERIAL, [{ mgDl: 99, datetime: START - 1001 }]));
    assert.deepEqual(await held(), [[99, START - 2000]]);
    const twice = publisher.postReadings(SERIAL, [
      { mgDl: 99, datetime: START - 900 },
      { mgDl: 98, datetime: START - 100 },
    ]);
    await assert.rejects(twice, { message: "readings[1].datetime is that of readings[0]" });
  });

  for (const duplicatePosts of ["refuse-all", "keep-new"] satisfies DuplicatePosts[]) {
    describe(`where the service's way with duplicates is ${duplicatePosts}`, () => {
      test("of the same readings again is a duplicate", async () => {
        const { publisher, clock, held } = await setUp({ duplicatePosts });
        await clock.runUntil(publisher.postReadings(SERIAL, readings(4)));
        assert.equal(outcomes(await clock.runUntil(publisher.postReadings(SERIAL, readings(4)))), "dddd");
        assert.equal((await held()).length, 4);
      });

      test("of old and new readings loses none, in three requests", async () => {
        const { publisher, clock, held, asked } = await setUp({ duplicatePosts });
        await clock.runUntil(publisher.postReadings(SERIAL, readings(6).slice(0, 3)));
        const sent = asked().length;
        const posted = await clock.runUntil(publisher.postReadings(SERIAL, readings(6)));
        const last = duplicatePosts === "refuse-all" ? "dddaaa" : "dddddd";
        assert.equal(outcomes(posted), last);
        assert.deepEqual(asked().slice(sent), duplicatePosts === "refuse-all" ? [POST, READ, POST] : [POST, READ]);
        assert.equal((await held()).length, 6);
      });

      test("of old and new readings loses none where the service shows none, one by one", async () => {
        const { publisher, clock, simulator, asked } = await setUp({ duplicatePosts, followers: [] });
        await clock.runUntil(publisher.postReadings(SERIAL, readings(3).slice(0, 2)));
        const sent = asked().length;
        const posted = await clock.runUntil(publisher.postReadings(SERIAL, readings(3)));
        assert.equal(outcomes(posted), duplicatePosts === "refuse-all" ? "dda" : "ddd");
        assert.deepEqual(asked().slice(sent), [POST, READ, POST, POST, POST]);
        // Nobody follows, so only an invitation shows what is there.
        const contactId = await clock.runUntil(publisher.createContact("Follower", "follower@example.com"));
        await clock.runUntil(publisher.createInvitation(contactId, { displayName: "Sam" }));
        const seen = await clock.runUntil(
          new Dexcom({ ...WEARER, fetch: simulator.fetch, clock }).getGlucoseReadings(),
        );
        assert.equal(seen.length, 3);
      });

      test("whose answer was lost is told as a duplicate, and all of it is there", async () => {
        const { publisher, clock, simulator, held, asked } = await setUp({ duplicatePosts });
        simulator.inject({ operation: POST, drop: "before-headers", isProcessed: true, times: 1 });
        assert.equal(outcomes(await clock.runUntil(publisher.postReadings(SERIAL, readings(5)))), "ddddd");
        assert.deepEqual(asked(), [POST, POST, READ]);
        assert.equal((await held()).length, 5);
      });
    });
  }

  test("that reached the service in part before the connection broke is made whole", async () => {
    const { publisher, clock, simulator, held } = await setUp();
    simulator.inject({ operation: POST, drop: "before-headers", times: 1, isProcessed: false });
    const some = readings(5);
    for (const index of [0, 2])
      simulator.addReading(WEARER.username, { mgDl: some[index]!.mgDl, datetime: some[index]!.datetime });
    assert.equal(outcomes(await clock.runUntil(publisher.postReadings(SERIAL, some))), "dadaa");
    assert.equal((await held()).length, 5);
  });

  test("that failed for good may be made again", async () => {
    const { publisher, clock, simulator, held } = await setUp();
    const stop = simulator.inject({ operation: POST, drop: "before-headers", isProcessed: true });
    await assert.rejects(clock.runUntil(publisher.postReadings(SERIAL, readings(2))), { code: "NETWORK_FAILED" });
    stop();
    assert.equal(outcomes(await clock.runUntil(publisher.postReadings(SERIAL, readings(2)))), "dd");
    assert.equal((await held()).length, 2);
  });

  test("that takes longer than a call may goes on where it was, each time it is made again", async () => {
    // Nobody follows, so that nothing shows what is there: it takes a request for each reading.
    const { publisher, clock, simulator, asked } = await setUp({ followers: [] });
    await clock.runUntil(publisher.postReadings(SERIAL, readings(50)));
    simulator.inject({ delayMs: 1000 });
    const sent = asked().length;
    let calls = 0;
    for (let posted: PostedReading[] | undefined; posted === undefined; calls++) {
      assert.ok(calls < 4, "it begins anew each time");
      try {
        posted = await clock.runUntil(publisher.postReadings(SERIAL, readings(50)));
        assert.equal(outcomes(posted), "d".repeat(50));
      } catch (error) {
        assert.ok(error instanceof TimeoutError, String(error));
      }
    }
    assert.ok(asked().length - sent < 60, "what was told of is not asked again");
    // What is done is done: the next post is a post of its own.
    const before = asked().length;
    const one = await clock.runUntil(publisher.postReadings(SERIAL, readings(50).slice(0, 1)));
    assert.deepEqual([outcomes(one), asked().slice(before)], ["d", [POST]]);
  });

  test("that was cut short says nothing for another receiver", async () => {
    const { publisher, clock, simulator, asked } = await setUp({ followers: [] });
    const stop = simulator.inject({ operation: POST, drop: "before-headers", after: 1 });
    const many = Array.from({ length: 289 }, (_, index) => ({ mgDl: 120, datetime: START - index * MINUTE }));
    await assert.rejects(clock.runUntil(publisher.postReadings(SERIAL, many)), { code: "NETWORK_FAILED" });
    stop();
    const sent = asked().length;
    const other = publisher.postReadings("SM99999999", many.slice(1));
    await assert.rejects(clock.runUntil(other), { code: "RECEIVER_DOES_NOT_MATCH" });
    assert.equal(outcomes(await clock.runUntil(publisher.postReadings(SERIAL, many))).length, 289);
    assert.ok(asked().length > sent);
  });

  test("of another figure at a moment that is taken is a duplicate, and not confirmed", async () => {
    const { publisher, clock } = await setUp();
    await clock.runUntil(publisher.postReadings(SERIAL, [{ mgDl: 90, datetime: START }]));
    const [posted] = await clock.runUntil(
      publisher.postReadings(SERIAL, [{ mgDl: 91, datetime: START }], { confirm: true }),
    );
    assert.deepEqual([posted?.outcome, posted?.isConfirmed], ["duplicate", false]);
  });
});

describe("confirm", () => {
  test("reads back, and says of each reading whether it is there", async () => {
    const { publisher, clock, asked } = await setUp();
    const old = { mgDl: 80, datetime: START - 1500 * MINUTE };
    const posted = await clock.runUntil(publisher.postReadings(SERIAL, [...readings(2), old], { confirm: true }));
    // A reading of yesterday was taken, but is shown no more.
    assert.deepEqual(
      posted.map(({ isConfirmed }) => isConfirmed),
      [true, true, false],
    );
    assert.deepEqual(asked(), [POST, READ]);
  });

  test("shows nothing where nobody follows", async () => {
    const { publisher, clock } = await setUp({ followers: [] });
    const [posted] = await clock.runUntil(publisher.postReadings(SERIAL, readings(1), { confirm: true }));
    assert.deepEqual([posted?.outcome, posted?.isConfirmed], ["accepted", false]);
  });
});

describe("posting to a monitoring session that is not active", () => {
  test("starts it once, and goes on", async () => {
    const { publisher, clock, asked } = await setUp();
    await clock.runUntil(publisher.stopMonitoring());
    const sent = asked().length;
    assert.equal(outcomes(await clock.runUntil(publisher.postReadings(SERIAL, readings(2)))), "aa");
    assert.deepEqual(asked().slice(sent), [POST, START_SESSION, POST]);
  });

  test("gives up where it is inactive again right after", async () => {
    const { publisher, clock, simulator, asked } = await setUp();
    simulator.inject({ operation: POST, code: "MonitoringSessionNotActive" });
    await assert.rejects(clock.runUntil(publisher.postReadings(SERIAL, readings(1))), {
      code: "MONITORING_NOT_ACTIVE",
    });
    // It was active all the datetime, so starting it is refused and counts as done.
    assert.deepEqual(asked(), [POST, START_SESSION, POST]);
  });
});

/** Six hundred minutes: three requests. */
const three = Array.from({ length: 600 }, (_, index) => ({ mgDl: 120, datetime: START - index * MINUTE }));

test("a post of several requests starts the session once in all", async () => {
  const { publisher, clock, simulator, asked } = await setUp();
  simulator.inject({ operation: POST, code: "MonitoringSessionNotActive", times: 1 });
  simulator.inject({ operation: POST, code: "MonitoringSessionNotActive", times: 1, after: 1 });
  await assert.rejects(clock.runUntil(publisher.postReadings(SERIAL, three)), { code: "MONITORING_NOT_ACTIVE" });
  assert.deepEqual(
    asked().filter((operation) => !operation.startsWith("Is")),
    [POST, START_SESSION, POST, POST],
  );
});

test("a post of several requests assigns the receiver once in all", async () => {
  const { publisher, clock, simulator, asked } = await setUp();
  simulator.inject({ operation: POST, code: "MonitoredReceiverNotAssigned", times: 1 });
  simulator.inject({ operation: POST, code: "MonitoredReceiverNotAssigned", times: 1, after: 1 });
  const post = publisher.postReadings(SERIAL, three, { replaceReceiver: true });
  await assert.rejects(clock.runUntil(post), { code: "RECEIVER_NOT_ASSIGNED" });
  assert.equal(asked().filter((operation) => operation.startsWith("Replace")).length, 1);
});

describe("posting without an assigned receiver", () => {
  test("is a clear error, and changes nothing", async () => {
    const { publisher, clock, asked } = await setUp({ isReady: false });
    await assert.rejects(clock.runUntil(publisher.postReadings(SERIAL, readings(1))), (error: PublisherError) => {
      assert.ok(error instanceof PublisherError);
      assert.equal(error.code, "RECEIVER_NOT_ASSIGNED");
      assert.match(error.advice, /replaceReceiver/);
      return true;
    });
    assert.deepEqual(asked(), [POST]);
  });

  test("assigns it, starts the session, and goes on where the caller asked for that", async () => {
    const { publisher, clock, asked } = await setUp({ isReady: false });
    assert.equal(
      outcomes(await clock.runUntil(publisher.postReadings(SERIAL, readings(2), { replaceReceiver: true }))),
      "aa",
    );
    assert.deepEqual(asked(), [POST, "ReplacePublisherAccountMonitoredReceiver", POST, START_SESSION, POST]);
  });

  test("does so too where only the start of the session tells that it is missing", async () => {
    const { publisher, clock, simulator, asked } = await setUp({ isReady: false });
    simulator.inject({ operation: POST, code: "MonitoringSessionNotActive", times: 1 });
    assert.equal(
      outcomes(await clock.runUntil(publisher.postReadings(SERIAL, readings(1), { replaceReceiver: true }))),
      "a",
    );
    assert.deepEqual(asked(), [POST, START_SESSION, "ReplacePublisherAccountMonitoredReceiver", START_SESSION, POST]);
  });

  test("never takes the place of another one", async () => {
    const { publisher, clock, asked } = await setUp();
    const other = publisher.postReadings("SM99999999", readings(1), { replaceReceiver: true });
    await assert.rejects(clock.runUntil(other), { code: "RECEIVER_DOES_NOT_MATCH" });
    assert.deepEqual(asked(), [POST]);
  });
});

describe("readings of the future", () => {
  /** A publisher on a machine whose clock is wrong by `ms`. */
  async function withWrongClock(
    ms: number,
  ): Promise<{ publisher: Publisher; clock: VirtualClock; simulator: ShareSimulator; now(): number }> {
    const { clock, simulator } = await setUp();
    const wrong = { now: () => clock.now() + ms, sleep: clock.sleep.bind(clock), hold: clock.hold.bind(clock) };
    const publisher = new Publisher({ ...WEARER, fetch: simulator.fetch, clock: wrong });
    return { publisher, clock, simulator, now: () => wrong.now() };
  }

  test("are refused before they are sent, by name", async () => {
    const { publisher, clock, asked } = await setUp();
    const future = publisher.postReadings(SERIAL, [...readings(2), { mgDl: 100, datetime: START + 2 * MINUTE }]);
    await assert.rejects(clock.runUntil(future), (error: Error) => {
      assert.ok(error instanceof ArgumentError);
      assert.equal(error.message, "readings[2].datetime is in the future, by the service's clock");
      return true;
    });
    assert.deepEqual(asked(), []);
  });

  test("are refused where a clock that is three hours ahead has stamped them", async () => {
    const { publisher, clock, now } = await withWrongClock(180 * MINUTE);
    const stamped = publisher.postReadings(SERIAL, [{ mgDl: 100, datetime: now() }]);
    await assert.rejects(clock.runUntil(stamped), /readings\[0\]\.datetime is in the future/);
    const right = publisher.postReadings(SERIAL, [{ mgDl: 100, datetime: clock.now() }]);
    assert.equal(outcomes(await clock.runUntil(right)), "a");
  });

  test("are none where only the machine's clock is three hours behind", async () => {
    const { publisher, clock } = await withWrongClock(-180 * MINUTE);
    assert.equal(outcomes(await clock.runUntil(publisher.postReadings(SERIAL, readings(1)))), "a");
  });

  test("are judged by the machine's clock where the service does not tell its time", async () => {
    const { publisher, clock, simulator } = await setUp();
    simulator.inject({ operation: "SystemUtcTime", status: 404 });
    assert.equal(outcomes(await clock.runUntil(publisher.postReadings(SERIAL, readings(1)))), "a");
    const future = publisher.postReadings(SERIAL, [{ mgDl: 100, datetime: START + 10 * MINUTE }]);
    await assert.rejects(clock.runUntil(future), ArgumentError);
  });

  test("the service is asked for its time once an hour, and when the machine's clock was set back", async () => {
    const { clock, simulator } = await setUp();
    let setBackMs = 0;
    const own = { now: () => clock.now() - setBackMs, sleep: clock.sleep.bind(clock), hold: clock.hold.bind(clock) };
    const publisher = new Publisher({ ...WEARER, fetch: simulator.fetch, clock: own });
    const times = (): number => simulator.requests.filter(({ operation }) => operation === "SystemUtcTime").length;
    const post = (): Promise<unknown> =>
      clock.runUntil(publisher.postReadings(SERIAL, [{ mgDl: 100, datetime: clock.now() }]));
    await post();
    await clock.advance(59 * MINUTE);
    await post();
    assert.equal(times(), 1);
    await clock.advance(2 * MINUTE);
    await post();
    assert.equal(times(), 2);
    setBackMs = 300 * MINUTE;
    await clock.advance(MINUTE);
    await post();
    assert.equal(times(), 3);
  });
});
