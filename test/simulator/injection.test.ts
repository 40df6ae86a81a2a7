import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Injection } from "../../src/simulator/index.ts";
import { ACCOUNT_ID, NAME, PASSWORD, setUp, START, TIME, UUID } from "./raw-client.ts";

describe("an injected response", () => {
  test("takes the place of the service's own until it is stopped", async () => {
    const { simulator, authenticate } = setUp();
    const stop = simulator.inject({ status: 503 });
    for (let attempt = 0; attempt < 3; attempt++) {
      const got = await authenticate();
      assert.equal(got.status, 503);
      assert.match(got.text, /^</);
      assert.match(got.headers.get("content-type") ?? "", /^text\/html/);
      assert.ok(got.headers.get("date"));
    }
    stop();
    assert.equal((await authenticate()).status, 200);
  });

  test("happens to the given operation, after the given number of requests, the given number of times", async () => {
    const { simulator, authenticate, logIn, call } = setUp();
    simulator.inject({ operation: "AuthenticatePublisherAccount", after: 1, times: 2, status: 502 });
    simulator.inject({ operation: ["SystemUtcTime", "LoginPublisherAccountById"], times: 1, status: 504 });
    const statuses = [];
    for (let attempt = 0; attempt < 4; attempt++) statuses.push((await authenticate()).status);
    assert.deepEqual(statuses, [200, 502, 502, 200]);
    assert.deepEqual([(await logIn()).status, (await logIn()).status], [504, 200]);
    assert.equal((await call(TIME, { method: "GET" })).status, 200);
  });

  test("happens on a condition", async () => {
    const { clock, simulator, authenticate } = setUp();
    simulator.inject({
      when: ({ timeMs }) => timeMs >= START + 1000 && timeMs < START + 2000,
      status: 429,
      headers: { "Retry-After": "30" },
    });
    assert.equal((await authenticate()).status, 200);
    await clock.advance(1000);
    const got = await authenticate();
    assert.deepEqual([got.status, got.headers.get("retry-after")], [429, "30"]);
    await clock.advance(1000);
    assert.equal((await authenticate()).status, 200);
  });

  test("of several that fit, the first happens, then the next", async () => {
    const { simulator, authenticate } = setUp();
    simulator.inject({ status: 500, times: 1 });
    simulator.inject({ status: 501, times: 1 });
    assert.deepEqual(
      [(await authenticate()).status, (await authenticate()).status, (await authenticate()).status],
      [500, 501, 200],
    );
  });

  const forms: [string, Injection, number, string | RegExp, string | null][] = [
    ["a body comes with 200 as JSON", { body: "{}" }, 200, "{}", "application/json"],
    ["a body of bytes", { body: new Uint8Array([0x5b, 0x5d]), status: 201 }, 201, "[]", "application/json"],
    ["an empty body", { body: "" }, 200, "", "application/json"],
    ["a body of another type", { body: "No", status: 403, headers: { "Content-Type": "text/a" } }, 403, "No", "text/a"],
    ["a good status alone is empty", { status: 200 }, 200, "", "application/json"],
    ["a status without a body", { status: 204 }, 204, "", "application/json"],
    ["headers alone are added", { headers: { "x-more": "1" } }, 200, `"${ACCOUNT_ID}"`, "application/json"],
  ];
  for (const [name, injection, status, text, type] of forms) {
    test(name, async () => {
      const { simulator, authenticate } = setUp();
      simulator.inject(injection);
      const got = await authenticate();
      assert.equal(got.status, status);
      assert.equal(got.text, text);
      assert.equal(got.headers.get("content-type"), type);
      assert.equal(got.headers.get("x-more"), injection.headers?.["x-more"] ?? null);
    });
  }

  test("may be a fault, also with status 200", async () => {
    const { simulator, authenticate } = setUp({ subCodeForm: "java-xml" });
    simulator.inject({ code: "SessionNotValid", message: "Gone.", times: 1 });
    simulator.inject({ code: "Unheard_Of", status: 200, times: 1 });
    const first = await authenticate();
    assert.deepEqual([first.status, first.code, first.message], [500, "SessionNotValid", "Gone."]);
    assert.match((first.json as { SubCode: string }).SubCode, /^<OnlineException .* Type="6"/);
    const second = await authenticate();
    assert.deepEqual([second.status, second.code, second.message], [200, "Unheard_Of", "Error in the application."]);
    assert.equal(simulator.requests[1]?.code, "Unheard_Of");
  });

  test("has a Date of its own if it is given one", async () => {
    const { simulator, authenticate } = setUp();
    simulator.inject({ headers: { Date: "Thu, 01 Jan 1970 00:00:00 GMT" } });
    assert.equal((await authenticate()).headers.get("date"), "Thu, 01 Jan 1970 00:00:00 GMT");
  });

  test("has a Date that is wrong by the given time; nothing else of the service is", async () => {
    const { clock, simulator, authenticate, call } = setUp();
    simulator.inject({ dateShiftMs: -86_400_000, times: 1 });
    const wrong = await authenticate();
    assert.deepEqual([wrong.status, wrong.headers.get("date")], [200, "Wed, 31 Dec 2025 12:00:00 GMT"]);
    assert.equal((await authenticate()).headers.get("date"), "Thu, 01 Jan 2026 12:00:00 GMT");
    simulator.inject({ dateShiftMs: 3_600_000, status: 503, delayMs: 2000, times: 1 });
    const late = await clock.runUntil(authenticate());
    assert.deepEqual([late.status, late.headers.get("date")], [503, "Thu, 01 Jan 2026 13:00:02 GMT"]);
    simulator.inject({ dateShiftMs: 3_600_000 });
    const time = await call(TIME, { method: "GET", headers: { accept: "application/json" } });
    assert.equal(time.headers.get("date"), "Thu, 01 Jan 2026 13:00:02 GMT");
    assert.match(time.text, new RegExp(`Date\\(${START + 2000}\\)`));
  });

  test("may be cut short, and then looks complete to a client", async () => {
    const { simulator, authenticate } = setUp();
    simulator.inject({ truncate: 9 });
    const got = await authenticate();
    assert.deepEqual([got.status, got.text, got.headers.get("content-length")], [200, '"99999999', null]);
  });
});

describe("what an injection leaves of the request", () => {
  const refusal = { operation: "AuthenticatePublisherAccount", times: 3 } as const;
  const cases: [string, Injection, boolean][] = [
    ["a replaced response: nothing", { status: 500 }, false],
    ["a replaced response of a processed request: all", { status: 500, isProcessed: true }, true],
    ["a dropped connection: nothing", { drop: "before-headers" }, false],
    ["a dropped connection of a processed request: all", { drop: "before-headers", isProcessed: true }, true],
    ["a response that breaks off: all", { drop: "mid-body" }, true],
    ["a cut response: all", { truncate: 3 }, true],
  ];
  for (const [name, injection, isCounted] of cases) {
    test(name, async () => {
      const { simulator, authenticate } = setUp();
      simulator.inject({ ...refusal, ...injection });
      for (let attempt = 0; attempt < 3; attempt++) await authenticate("wrong").catch(() => undefined);
      assert.equal((await authenticate()).status, isCounted ? 500 : 200);
    });
  }

  test("a login whose response is lost has opened a session", async () => {
    const ids = async (lost: Injection[]): Promise<string> => {
      const { simulator, logIn } = setUp();
      for (const injection of lost)
        simulator.inject({ operation: "LoginPublisherAccountById", times: 1, ...injection });
      for (let attempt = 0; attempt < lost.length; attempt++) await logIn().catch(() => undefined);
      return (await logIn()).json as string;
    };
    // Ids come in order: the second of two is another.
    const first = await ids([]);
    assert.match(first, UUID);
    assert.equal(await ids([{ drop: "before-headers" }]), first);
    assert.notEqual(await ids([{ drop: "before-headers", isProcessed: true }]), first);
  });
});

describe("injected lateness", () => {
  test("readings that nobody can have seen are late, those seen stay", async () => {
    const minute = 60_000;
    const readings = [0, 5, 10, 15].map((at) => ({ mgDl: 100 + at, datetime: START + at * minute }));
    const share = setUp({ accounts: [{ username: NAME, password: PASSWORD, accountId: ACCOUNT_ID, readings }] });
    const { clock, simulator, figures } = share;
    await clock.advance(5 * minute);
    assert.deepEqual(await figures(), [105, 100]);
    const stop = simulator.inject({ operation: "ReadPublisherLatestGlucoseValues", readingsLateMs: 7 * minute });
    assert.deepEqual(await figures(), [105, 100]);
    await clock.advance(11 * minute);
    assert.deepEqual(await figures(), [105, 100]);
    await clock.advance(minute);
    assert.deepEqual(await figures(), [110, 105, 100]);
    stop();
    assert.deepEqual(await figures(), [115, 110, 105, 100]);
  });
});

describe("injected waits, on the simulator's clock", () => {
  test("until the headers: the date is that of the response, the readings are those at the request", async () => {
    const { clock, simulator, authenticate } = setUp();
    simulator.inject({ delayMs: 4000 });
    const got = await clock.runUntil(authenticate());
    assert.equal(clock.now(), START + 4000);
    assert.equal(got.headers.get("date"), "Thu, 01 Jan 2026 12:00:04 GMT");
    assert.equal(simulator.requests[0]?.timeMs, START);
  });

  test("between the halves of the body", async () => {
    const { clock, simulator } = setUp();
    simulator.inject({ bodyDelayMs: 4000, body: "0123456789" });
    const response = await clock.runUntil(simulator.fetch("http://localhost/"));
    assert.equal(clock.now(), START);
    assert.ok(response.body);
    const reader = response.body.getReader() as ReadableStreamDefaultReader<Uint8Array>;
    const text = async (): Promise<string> => new TextDecoder().decode((await reader.read()).value);
    assert.equal(await text(), "01234");
    assert.equal(await clock.runUntil(text()), "56789");
    assert.equal(clock.now(), START + 4000);
    assert.equal((await reader.read()).done, true);
  });

  test("the rest of a body comes even if nobody reads", async () => {
    const { clock, simulator } = setUp();
    simulator.inject({ bodyDelayMs: 4000, body: "0123456789" });
    const response = await clock.runUntil(simulator.fetch("http://localhost/"));
    await clock.advance(5000);
    assert.equal(await response.text(), "0123456789");
    assert.equal(clock.now(), START + 5000);
  });
});

describe("a field of an injection that is wrong", () => {
  const bad: [object, RegExp][] = [
    [{ operation: "SystemUtcTimes" }, /^operation must/],
    [{ operation: ["SystemUtcTime", "x"] }, /^operation must/],
    [{ when: true }, /^when must/],
    [{ times: 0 }, /^times must/],
    [{ after: -1 }, /^after must/],
    [{ status: 199 }, /^status must/],
    [{ status: 600 }, /^status must/],
    [{ headers: { "a b": "c" } }, /^headers must/],
    [{ headers: "x" }, /^headers must/],
    [{ body: {} }, /^body must/],
    [{ code: 1 }, /^code must/],
    [{ message: 1 }, /^message must/],
    [{ delayMs: -1 }, /^delayMs must/],
    [{ bodyDelayMs: NaN }, /^bodyDelayMs must/],
    [{ drop: "headers" }, /^drop must/],
    [{ truncate: 0.5 }, /^truncate must/],
    [{ dateShiftMs: Infinity }, /^dateShiftMs must/],
    [{ dateShiftMs: 9e15 }, /^dateShiftMs must/],
    [{ readingsLateMs: "1" }, /^readingsLateMs must/],
    [{ isProcessed: 1 }, /^isProcessed must/],
    [{ delay: 1 }, /no field delay/],
    [{ toString: 1 }, /no field toString/],
  ];
  for (const [injection, message] of bad) {
    test(`${JSON.stringify(injection)} is refused by name`, () => {
      assert.throws(() => setUp().simulator.inject(injection), { name: "ArgumentError", message });
    });
  }

  test("absent fields may be undefined", async () => {
    const { simulator, authenticate } = setUp();
    simulator.inject({ status: 503, times: undefined, operation: undefined });
    assert.equal((await authenticate()).status, 503);
  });
});
