import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { PublisherError } from "../../src/publisher/index.ts";
import { SERIAL } from "./examples.ts";
import { outcomes, readings, setUp, START } from "./wearer.ts";

const MINUTE = 60_000;
const POST = "PostReceiverEgvRecords";
const START_SESSION = "StartRemoteMonitoringSession";

describe("posting to a monitoring session that is not active", () => {
  test("starts it once, and continues", async () => {
    const { publisher, clock, asked } = await setUp();
    await clock.runUntil(publisher.stopMonitoring());
    const sent = asked().length;
    assert.equal(outcomes(await clock.runUntil(publisher.postReadings(SERIAL, readings(2)))), "aa");
    assert.deepEqual(asked().slice(sent), [POST, START_SESSION, POST]);
  });

  test("gives up if it is inactive again right after", async () => {
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

  test("assigns it, starts the session, and continues if the caller asked for that", async () => {
    const { publisher, clock, asked } = await setUp({ isReady: false });
    assert.equal(
      outcomes(await clock.runUntil(publisher.postReadings(SERIAL, readings(2), { replaceReceiver: true }))),
      "aa",
    );
    assert.deepEqual(asked(), [POST, "ReplacePublisherAccountMonitoredReceiver", POST, START_SESSION, POST]);
  });

  test("does so too if only the start of the session tells that it is missing", async () => {
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
