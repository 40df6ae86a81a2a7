import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Dexcom } from "../src/dexcom.ts";
import { ArgumentError } from "../src/errors.ts";
import { GlucoseReading } from "../src/glucose-reading.ts";
import { ACCOUNT_ID, json, NEWEST_MS, record, SESSION_ID } from "./support/responses.ts";
import { LOGIN, LOGIN_AND_READ, PASSWORD, READ, scripted, simulated, USERNAME } from "./support/client.ts";
import { scriptedFetch } from "./support/scripted-fetch.ts";
import { shown } from "./support/shown.ts";

const MINUTE_MS = 60_000;

describe("readings", () => {
  test("are read with three requests on a client that knows only its user name", async () => {
    const { script, dexcom, run } = scripted([json(ACCOUNT_ID), json(SESSION_ID), json([record(0), record(5)])], {
      accountId: undefined,
      username: USERNAME,
    });
    const readings = await run(dexcom.getGlucoseReadings());
    assert.deepEqual(
      readings.map(({ datetime }) => datetime.getTime()),
      [NEWEST_MS, NEWEST_MS - 5 * MINUTE_MS],
    );
    assert.ok(readings.every((reading) => reading instanceof GlucoseReading));
    const applicationId = "d89443d2-327c-4a6f-89e5-496bbb0317db";
    assert.deepEqual(
      script.requests.map(({ url, body }) => [url, body]),
      [
        ["General/AuthenticatePublisherAccount", { accountName: USERNAME, password: PASSWORD, applicationId }],
        ["General/LoginPublisherAccountById", { accountId: ACCOUNT_ID, password: PASSWORD, applicationId }],
        ["Publisher/ReadPublisherLatestGlucoseValues", { sessionId: SESSION_ID, minutes: 1440, maxCount: 288 }],
      ].map(([path, body]) => [`https://share2.dexcom.com/ShareWebServices/Services/${path as string}`, body]),
    );
  });

  test("are read with one login less if the account id is known, and with one request from then on", async () => {
    const { script, dexcom, run } = scripted([...LOGIN_AND_READ, json([]), json([])]);
    await run(dexcom.getGlucoseReadings());
    await run(dexcom.getGlucoseReadings());
    await run(dexcom.getGlucoseReadings());
    assert.deepEqual(script.operations, [LOGIN, READ, READ, READ]);
  });

  test("are read with the id of an object if the account id comes as one", async () => {
    const { script, dexcom, run } = scripted([json({ accountId: ACCOUNT_ID }), ...LOGIN_AND_READ], {
      accountId: undefined,
      username: USERNAME,
    });
    await run(dexcom.getGlucoseReadings());
    assert.equal(script.requests[1]!.body["accountId"], ACCOUNT_ID);
  });

  test("are [] if the service has no readings, and then there is no latest and no current one", async () => {
    const { dexcom, run } = simulated({}, { account: { followers: [] } });
    assert.deepEqual(await run(dexcom.getGlucoseReadings()), []);
    assert.equal(await run(dexcom.getLatestGlucoseReading()), undefined);
    assert.equal(await run(dexcom.getCurrentGlucoseReading()), undefined);
  });

  test("are those of the requested minutes and count, newest first", async () => {
    const { simulator, clock, dexcom, run } = simulated();
    const day = await run(dexcom.getGlucoseReadings());
    assert.ok(day.length > 250 && day.length <= 288, `${day.length} readings in a day`);
    const times = day.map(({ datetime }) => datetime.getTime());
    assert.deepEqual(
      times,
      times.toSorted((a, b) => b - a),
    );
    const half = await run(dexcom.getGlucoseReadings(30));
    assert.deepEqual(
      half,
      day.filter(({ datetime }) => datetime.getTime() > clock.now() - 30 * MINUTE_MS),
    );
    assert.deepEqual(await run(dexcom.getGlucoseReadings(1440, 3)), day.slice(0, 3));
    assert.deepEqual(simulator.requests.at(-1)!.arguments, { sessionId: "***", minutes: 1440, maxCount: 3 });
  });

  test("are never more than were requested, whatever is sent", async () => {
    const { dexcom, run } = scripted([json(SESSION_ID), json([record(10), record(0), record(5)])]);
    const readings = await run(dexcom.getGlucoseReadings(60, 2));
    assert.deepEqual(
      readings.map(({ datetime }) => NEWEST_MS - datetime.getTime()),
      [0, 5 * MINUTE_MS],
    );
  });

  test("of a wearer of 2015 are read as well", async () => {
    const now = new VirtualNow();
    const { dexcom, run } = simulated(
      {},
      {
        readingForm: "2015",
        account: { readings: [{ mgDl: 99, trend: "FortyFiveDown", datetime: now.ms - 5 * MINUTE_MS }] },
      },
    );
    const [reading] = await run(dexcom.getGlucoseReadings());
    assert.deepEqual([reading!.mgDl, reading!.trend, reading!.datetime.getTime()], [99, 5, now.ms - 5 * MINUTE_MS]);
  });
});

/** Where the virtual clock starts. */
class VirtualNow {
  readonly ms = Date.UTC(2026, 0, 1, 12);
}

describe("the latest reading", () => {
  test("is one record of the whole day, not of one minute", async () => {
    const { script, dexcom, run } = scripted(LOGIN_AND_READ);
    assert.equal((await run(dexcom.getLatestGlucoseReading()))?.mgDl, 132);
    assert.deepEqual(script.requests[1]!.body, { sessionId: SESSION_ID, minutes: 1440, maxCount: 1 });
  });

  test("may be old; the current one may not, and the service's clock decides", async () => {
    const { ms } = new VirtualNow();
    for (const [age, isCurrent] of [
      [9, true],
      [11, false],
      [1400, false],
    ] as const) {
      const { simulator, dexcom, run } = simulated(
        {},
        { account: { readings: [{ mgDl: 99, datetime: ms - age * MINUTE_MS }] } },
      );
      assert.equal((await run(dexcom.getLatestGlucoseReading()))?.mgDl, 99);
      assert.equal((await run(dexcom.getCurrentGlucoseReading()))?.mgDl, isCurrent ? 99 : undefined);
      assert.deepEqual(simulator.requests.at(-1)!.arguments, { sessionId: "***", minutes: 10, maxCount: 1 });
    }
  });

  test("is current by the service's word, though our clock is years off", async () => {
    const { dexcom, run } = scripted(LOGIN_AND_READ);
    assert.equal((await run(dexcom.getCurrentGlucoseReading()))?.mgDl, 132);
  });
});

describe("a query", () => {
  test("selects minutes and maxCount by name", async () => {
    const { script, dexcom, run } = scripted([...LOGIN_AND_READ, json([]), json([])]);
    await run(dexcom.getGlucoseReadings({ minutes: 60, maxCount: 3 }));
    await run(dexcom.getGlucoseReadings({ maxCount: 2, minutes: undefined }));
    await run(dexcom.getGlucoseReadings({}));
    const queries = script.requests.slice(1).map(({ body }) => [body["minutes"], body["maxCount"]]);
    assert.deepEqual(queries, [
      [60, 3],
      [1440, 2],
      [1440, 288],
    ]);
  });

  test("ends with the reason of its signal", async () => {
    const { script, dexcom } = scripted([]);
    const reason = new Error("not needed any more");
    await assert.rejects(dexcom.getGlucoseReadings({ signal: AbortSignal.abort(reason) }), reason);
    assert.equal(script.requests.length, 0);
  });

  for (const [query, message] of [
    [{ minutes: 0 }, /minutes.*1 to 1440/],
    [{ maxCount: 289 }, /maxCount.*1 to 288/],
    [{ minuets: 5 }, /options has no minuets; did you mean minutes\?/],
    [{ maxcount: 5 }, /did you mean maxCount\?/],
    [{ since: 5 }, /options has no since$/],
    [{ signal: 5 }, /signal/],
  ] as const) {
    test(`that is ${shown(query)} is an ArgumentError, and nothing is sent`, async () => {
      const { script, dexcom } = scripted([]);
      await assert.rejects(dexcom.getGlucoseReadings(query as object), { name: "ArgumentError", message });
      assert.equal(script.requests.length, 0);
    });
  }
});

describe("a bad argument", () => {
  const BAD: readonly unknown[] = [0, -1, 1.5, NaN, Infinity, "5", null, [5], true, 5n];
  for (const [name, most, call] of [
    ["minutes", 1440, (dexcom: Dexcom, value: unknown) => dexcom.getGlucoseReadings(value as number)],
    ["maxCount", 288, (dexcom: Dexcom, value: unknown) => dexcom.getGlucoseReadings(60, value as number)],
  ] as const) {
    for (const value of [...BAD, most + 1]) {
      test(`is ${name} ${shown(value)}: an ArgumentError, and nothing is sent`, async () => {
        const { script, dexcom } = scripted([]);
        await assert.rejects(call(dexcom, value), (error: ArgumentError) => {
          assert.equal(error.constructor, ArgumentError);
          assert.match(error.message, new RegExp(`${name}.*1 to ${most}`));
          return true;
        });
        assert.equal(script.requests.length, 0);
      });
    }

    test(`is not: ${name} 1 and ${most}, and undefined for ${most}`, async () => {
      const { script, dexcom, run } = scripted([json(SESSION_ID), json([]), json([]), json([])]);
      for (const value of [1, most, undefined]) await run(call(dexcom, value));
      assert.deepEqual(
        script.requests.slice(1).map(({ body }) => body[name]),
        [1, most, most],
      );
    });
  }

  for (const options of [null, { signal: "x" }, { signal: {} }, { signal: 5 }, { signal: new AbortController() }]) {
    test(`is ${shown(options)} for the options of a call`, async () => {
      const { script, dexcom } = scripted([]);
      for (const call of [
        () => dexcom.getGlucoseReadings(1, 1, options as never),
        () => dexcom.getLatestGlucoseReading(options as never),
        () => dexcom.getCurrentGlucoseReading(options as never),
      ]) {
        await assert.rejects(call, ArgumentError);
      }
      assert.equal(script.requests.length, 0);
    });
  }
});

describe("the fetch of a client", () => {
  test("is called unbound", async () => {
    const script = scriptedFetch(...LOGIN_AND_READ);
    const holders: unknown[] = [];
    const { dexcom, run } = scripted([], {
      fetch(this: unknown, ...args: Parameters<typeof fetch>) {
        holders.push(this);
        return script.fetch(...args);
      },
    });
    await run(dexcom.getLatestGlucoseReading());
    assert.deepEqual(holders, [undefined, undefined]);
  });

  test("is the global one of that moment if no fetch was given", async (t) => {
    const { dexcom, run } = scripted([], { fetch: undefined });
    t.mock.method(globalThis, "fetch", scriptedFetch(...LOGIN_AND_READ).fetch);
    await run(dexcom.getLatestGlucoseReading());
    const later = scriptedFetch(json([record(0, { Value: 222 })]));
    t.mock.method(globalThis, "fetch", later.fetch);
    assert.equal((await run(dexcom.getLatestGlucoseReading()))?.mgDl, 222);
    assert.deepEqual(later.operations, [READ]);
  });
});
