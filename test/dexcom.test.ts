import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { describe, test } from "node:test";
import { Dexcom } from "../src/dexcom.ts";
import { ArgumentError, RateLimitError, ServerError, TimeoutError } from "../src/errors.ts";
import type { DexcomEvent } from "../src/events.ts";
import { GlucoseReading } from "../src/glucose-reading.ts";
import { ACCOUNT_ID, json, NEWEST_MS, page, record, SESSION_ID, text } from "./support/answers.ts";
import {
  AUTHENTICATE,
  LOGIN,
  LOGIN_AND_READ,
  PASSWORD,
  READ,
  scripted,
  simulated,
  USERNAME,
} from "./support/client.ts";
import { scriptedFetch, stall } from "./support/scripted-fetch.ts";
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

  test("are read with one login less where the account id is known, and with one request from then on", async () => {
    const { script, dexcom, run } = scripted([...LOGIN_AND_READ, json([]), json([])]);
    await run(dexcom.getGlucoseReadings());
    await run(dexcom.getGlucoseReadings());
    await run(dexcom.getGlucoseReadings());
    assert.deepEqual(script.operations, [LOGIN, READ, READ, READ]);
  });

  test("are read where the account id comes as an object, with the id that it holds", async () => {
    const { script, dexcom, run } = scripted([json({ accountId: ACCOUNT_ID }), ...LOGIN_AND_READ], {
      accountId: undefined,
      username: USERNAME,
    });
    await run(dexcom.getGlucoseReadings());
    assert.equal(script.requests[1]!.body["accountId"], ACCOUNT_ID);
  });

  test("are [] where the service has none, and then there is no latest and no current one", async () => {
    const { dexcom, run } = simulated({}, { account: { followers: [] } });
    assert.deepEqual(await run(dexcom.getGlucoseReadings()), []);
    assert.equal(await run(dexcom.getLatestGlucoseReading()), undefined);
    assert.equal(await run(dexcom.getCurrentGlucoseReading()), undefined);
  });

  test("are those of the minutes and the count that were asked for, newest first", async () => {
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

  test("are never more than were asked for, whatever is sent", async () => {
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

    test(`is none: ${name} 1 and ${most}, and undefined for ${most}`, async () => {
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

  test("is the global one of that moment where none is given", async (t) => {
    const { dexcom, run } = scripted([], { fetch: undefined });
    t.mock.method(globalThis, "fetch", scriptedFetch(...LOGIN_AND_READ).fetch);
    await run(dexcom.getLatestGlucoseReading());
    const later = scriptedFetch(json([record(0, { Value: 222 })]));
    t.mock.method(globalThis, "fetch", later.fetch);
    assert.equal((await run(dexcom.getLatestGlucoseReading()))?.mgDl, 222);
    assert.deepEqual(later.operations, [READ]);
  });
});

describe("an answer that is no data", () => {
  for (const [what, answer, code] of [
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
      const { script, dexcom, run } = scripted([json(SESSION_ID), answer(), answer(), answer()]);
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

  test("to a first login is none to a second: the all-zeros id opens no session", async () => {
    const zeros = "00000000-0000-0000-0000-000000000000";
    const { script, dexcom, run } = scripted([json(zeros), json(SESSION_ID), json([])]);
    await assert.rejects(
      run(dexcom.getGlucoseReadings()),
      (error: ServerError) => error.code === "DEFAULT_ID" && error.message === "Session ID default",
    );
    assert.deepEqual(script.operations, [LOGIN]);
    assert.deepEqual(await run(dexcom.getGlucoseReadings()), []);
  });

  test("where the account id is all zeros is not logged in with", async () => {
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
  test("are left out, told of, and take no good one with them", async () => {
    const answer = [record(0), record(5, { Value: null }), record(10, { Trend: "Sideways" }), record(15)];
    const { dexcom, events, run } = scripted([json(SESSION_ID), json(answer)], { badRecords: "report" });
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

  test("need nobody who listens", async () => {
    const { dexcom, run } = scripted([json(SESSION_ID), json([record(0, { Value: 1 })])], {
      badRecords: "report",
      onEvent: undefined,
    });
    assert.deepEqual(await run(dexcom.getGlucoseReadings()), []);
  });
});

describe("events", () => {
  test("tell of a login and of a retry, in order", async () => {
    const { dexcom, events, run } = scripted([page(503), json(SESSION_ID), page(429), json([])]);
    await run(dexcom.getGlucoseReadings());
    assert.deepEqual(
      events.map((event) => [
        event.type,
        event.type === "retry" && [event.operation, event.attempt, event.delayMs, event.error.status],
      ]),
      [
        ["retry", [`General/${LOGIN}`, 1, 200, 503]],
        ["login", false],
        ["retry", [`Publisher/${READ}`, 1, 1000, 429]],
      ],
    );
  });

  for (const [how, onEvent] of [
    [
      "throws",
      () => {
        throw new Error("of the handler");
      },
    ],
    ["rejects", () => Promise.reject(new Error("of the handler"))],
    ["hangs", () => new Promise<void>(() => undefined)],
  ] as const) {
    test(`reach a handler that ${how}, and the call none of it`, async () => {
      const told: DexcomEvent[] = [];
      const { dexcom, run } = scripted(LOGIN_AND_READ, {
        // eslint-disable-next-line @typescript-eslint/no-misused-promises -- people do
        onEvent: (event: DexcomEvent) => {
          told.push(event);
          return onEvent();
        },
      });
      assert.equal((await run(dexcom.getLatestGlucoseReading()))?.mgDl, 132);
      assert.deepEqual(
        told.map(({ type }) => type),
        ["login"],
      );
    });
  }
});

describe("the deadline", () => {
  test("lies over login, read, attempts and waits", async () => {
    for (const [steps, requests] of [
      [[stall, stall, stall], 2],
      [[() => json(SESSION_ID), stall, stall, stall], 3],
    ] as const) {
      const { clock, script, dexcom, run } = scripted(steps, { deadlineMs: 15_000 });
      const start = clock.now();
      await assert.rejects(
        run(dexcom.getGlucoseReadings()),
        (error: TimeoutError) => error.code === "DEADLINE_EXCEEDED",
      );
      assert.equal(clock.now() - start, 15_000);
      assert.equal(script.requests.length, requests);
    }
  });

  test("is 30 s, and that of an attempt 10 s, unless told otherwise", async () => {
    const { clock, events, dexcom, run } = scripted([() => json(SESSION_ID), stall, stall, stall]);
    const start = clock.now();
    await assert.rejects(run(dexcom.getGlucoseReadings()), (error: TimeoutError) => error.code === "DEADLINE_EXCEEDED");
    assert.equal(clock.now() - start, 30_000);
    assert.deepEqual(
      events.map((event) => event.type),
      ["login", "retry", "retry"],
    );
  });

  test("leaves nothing behind: no sleeper, no listener", async () => {
    const { clock, dexcom, run } = simulated();
    const { signal } = new AbortController();
    await run(dexcom.getGlucoseReadings(60, 5, { signal }));
    assert.equal(clock.sleeping, 0);
    assert.equal(getEventListeners(signal, "abort").length, 0);
  });
});

describe("a wait that the service asks for", () => {
  test("is waited for in full by all calls, and nothing is sent before", async () => {
    const { simulator, clock, inject, dexcom, run } = simulated();
    await run(dexcom.getLatestGlucoseReading());
    inject({ operation: READ, status: 429, headers: { "retry-after": "12" }, times: 1 });
    const start = clock.now();
    await run(
      Promise.all([dexcom.getLatestGlucoseReading(), clock.sleep(2000).then(() => dexcom.getLatestGlucoseReading())]),
    );
    assert.deepEqual(
      simulator.requests.slice(-3).map(({ timeMs }) => timeMs - start),
      [0, 12_000, 12_000],
    );
  });

  test("that does not fit ends the call now, and later ones without a request", async () => {
    const { simulator, clock, inject, dexcom, run } = simulated();
    await run(dexcom.getLatestGlucoseReading());
    inject({ operation: READ, status: 429, headers: { "retry-after": "120" }, times: 1 });
    await assert.rejects(
      run(dexcom.getLatestGlucoseReading()),
      (error: RateLimitError) => error.retryAfterMs === 120_000,
    );
    const before = simulator.requests.length;
    await clock.advance(60_000);
    await assert.rejects(run(dexcom.getLatestGlucoseReading()), (error: RateLimitError) => {
      assert.match(error.advice, /60 seconds/);
      return error instanceof RateLimitError && error.retryAfterMs === 60_000;
    });
    assert.equal(simulator.requests.length, before);
    await clock.advance(60_000);
    assert.ok(await run(dexcom.getLatestGlucoseReading()));
  });

  for (const status of [429, 503]) {
    test(`after ${status} to a login holds for the login`, async () => {
      const { script, clock, dexcom, run } = scripted([page(status, { "retry-after": "60" }), ...LOGIN_AND_READ]);
      await assert.rejects(
        run(dexcom.getLatestGlucoseReading()),
        (error: ServerError) => error.retryAfterMs === 60_000,
      );
      await assert.rejects(run(dexcom.getLatestGlucoseReading()), ServerError);
      assert.equal(script.requests.length, 1);
      await clock.advance(60_000);
      await run(dexcom.getLatestGlucoseReading());
    });
  }
});
