import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Dexcom, TimeoutError } from "../../src/index.ts";
import { type PostedReading } from "../../src/publisher/index.ts";
import { type DuplicatePosts } from "../../src/simulator/index.ts";
import { SERIAL } from "./examples.ts";
import { outcomes, readings, setUp, START, WEARER } from "./wearer.ts";

const MINUTE = 60_000;
const POST = "PostReceiverEgvRecords";
const READ = "ReadPublisherLatestGlucoseValues";

describe("a post", () => {
  test("reports the outcome of each reading in the given order, and Dexcom reads them", async () => {
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
    await assert.rejects(twice, { message: "readings[1].datetime is the same as that of readings[0]" });
  });

  for (const duplicatePosts of ["refuse-all", "keep-new"] satisfies DuplicatePosts[]) {
    describe(`to a service with duplicatePosts "${duplicatePosts}"`, () => {
      test("of the same readings again is a duplicate", async () => {
        const { publisher, clock, held } = await setUp({ duplicatePosts });
        await clock.runUntil(publisher.postReadings(SERIAL, readings(4)));
        assert.equal(outcomes(await clock.runUntil(publisher.postReadings(SERIAL, readings(4)))), "dddd");
        assert.equal((await held()).length, 4);
      });

      test("of old and new readings loses no reading, in three requests", async () => {
        const { publisher, clock, held, asked } = await setUp({ duplicatePosts });
        await clock.runUntil(publisher.postReadings(SERIAL, readings(6).slice(0, 3)));
        const sent = asked().length;
        const posted = await clock.runUntil(publisher.postReadings(SERIAL, readings(6)));
        const last = duplicatePosts === "refuse-all" ? "dddaaa" : "dddddd";
        assert.equal(outcomes(posted), last);
        assert.deepEqual(asked().slice(sent), duplicatePosts === "refuse-all" ? [POST, READ, POST] : [POST, READ]);
        assert.equal((await held()).length, 6);
      });

      test("of old and new readings loses no reading if the service shows no readings: they are sent one by one", async () => {
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

      test("whose response was lost is reported as a duplicate, and all of it is stored", async () => {
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

  test("that takes longer than a deadline continues from its last request each time it is made again", async () => {
    // Nobody follows, so that nothing shows what is there: it takes a request for each reading.
    const { publisher, clock, simulator, asked } = await setUp({ followers: [] });
    await clock.runUntil(publisher.postReadings(SERIAL, readings(50)));
    simulator.inject({ delayMs: 1000 });
    const sent = asked().length;
    let calls = 0;
    for (let posted: PostedReading[] | undefined; posted === undefined; calls++) {
      assert.ok(calls < 4, "it begins again each time");
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

  test("shows nothing if nobody follows", async () => {
    const { publisher, clock } = await setUp({ followers: [] });
    const [posted] = await clock.runUntil(publisher.postReadings(SERIAL, readings(1), { confirm: true }));
    assert.deepEqual([posted?.outcome, posted?.isConfirmed], ["accepted", false]);
  });
});
