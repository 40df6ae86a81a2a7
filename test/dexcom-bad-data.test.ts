import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ServerError } from "../src/errors.ts";
import { json, record, SESSION_ID, text } from "./support/responses.ts";
import { AUTHENTICATE, LOGIN, READ, scripted, USERNAME } from "./support/client.ts";

describe("a response without data", () => {
  for (const [what, response, code] of [
    ["an empty body", () => text(""), "INVALID_JSON"],
    ["a page", () => text("<html></html>"), "INVALID_JSON"],
    ["null", () => json(null), "INVALID_SHAPE"],
    ["an object", () => json({}), "INVALID_SHAPE"],
    ["a text", () => json("x"), "INVALID_SHAPE"],
    ["a list of no records", () => json([null]), "INVALID_SHAPE"],
    ["a record without a figure", () => json([record(0, { Value: null })]), "INVALID_SHAPE"],
    ["a record with a status code of the receiver", () => json([record(0, { Value: 5 })]), "INVALID_SHAPE"],
    ["a record with an unknown trend", () => json([record(0, { Trend: "toString" })]), "INVALID_SHAPE"],
    ["a record without a date", () => json([{ Value: 100, Trend: "Flat" }]), "INVALID_SHAPE"],
    ["a redirect", () => text(null, { status: 302 }), "UNEXPECTED_RESPONSE"],
  ] as const) {
    test(`(${what}) is a ServerError, never an empty list, a zero or a now`, async () => {
      const { script, dexcom, run } = scripted([json(SESSION_ID), response(), response(), response()]);
      const calls: readonly (() => Promise<unknown>)[] = [
        () => dexcom.getGlucoseReadings(),
        () => dexcom.getLatestGlucoseReading(),
        () => dexcom.getCurrentGlucoseReading(),
      ];
      for (const call of calls) {
        await assert.rejects(run(call()), (error: ServerError) => error instanceof ServerError && error.code === code);
      }
      // Once each: another attempt would get the same.
      assert.deepEqual(script.operations, [LOGIN, READ, READ, READ]);
    });
  }

  test("to a login is an error, and the next call logs in again: the all-zeros id opens no session", async () => {
    const zeros = "00000000-0000-0000-0000-000000000000";
    const { script, dexcom, run } = scripted([json(zeros), json(SESSION_ID), json([])]);
    await assert.rejects(
      run(dexcom.getGlucoseReadings()),
      (error: ServerError) => error.code === "DEFAULT_ID" && error.message === "Session ID default",
    );
    assert.deepEqual(script.operations, [LOGIN]);
    assert.deepEqual(await run(dexcom.getGlucoseReadings()), []);
  });

  test("with an account id of all zeros is not used for a login", async () => {
    const zeros = "00000000-0000-0000-0000-000000000000";
    const { script, dexcom, run } = scripted([json(zeros)], { accountId: undefined, username: USERNAME });
    await assert.rejects(
      run(dexcom.getGlucoseReadings()),
      (error: ServerError) => error.message === "Account ID default",
    );
    assert.deepEqual(script.operations, [AUTHENTICATE]);
  });
});

describe("bad records that are reported", () => {
  test("are left out and reported, and the good ones stay", async () => {
    const response = [record(0), record(5, { Value: null }), record(10, { Trend: "Sideways" }), record(15)];
    const { dexcom, events, run } = scripted([json(SESSION_ID), json(response)], { badRecords: "report" });
    const readings = await run(dexcom.getGlucoseReadings());
    assert.deepEqual(
      readings.map(({ trend, trendDirection }) => [trend, trendDirection]),
      [
        [3, "FortyFiveUp"],
        [8, "Sideways"],
        [3, "FortyFiveUp"],
      ],
    );
    const told = events.filter((event) => event.type === "bad-record");
    assert.deepEqual(
      told.map(({ index, kept, issues }) => [index, kept, issues[0]!.path]),
      [
        [1, false, [1, "Value"]],
        [2, true, [2, "Trend"]],
      ],
    );
  });

  test("need no listener", async () => {
    const { dexcom, run } = scripted([json(SESSION_ID), json([record(0, { Value: 1 })])], {
      badRecords: "report",
      onEvent: undefined,
    });
    assert.deepEqual(await run(dexcom.getGlucoseReadings()), []);
  });
});
