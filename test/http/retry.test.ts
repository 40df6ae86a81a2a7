import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  AccountError,
  ArgumentError,
  NetworkError,
  RateLimitError,
  ServerError,
  SessionError,
  TimeoutError,
  type DexcomError,
} from "../../src/errors.ts";
import { mayRetry, parseHttpDate, parseRetryAfter, retryDelayMs, type RetryPolicy } from "../../src/http/retry.ts";
import { neverCalled } from "../support/never-called.ts";
import { shown } from "../support/shown.ts";

const POLICY: RetryPolicy = {
  retries: 3,
  baseDelayMs: 200,
  maxDelayMs: 4000,
  jitter: true,
  retryOnStatuses: [429, 500, 502, 503, 504],
};

describe("a wait of our own", () => {
  for (const [attempt, full] of [
    [1, 200],
    [2, 400],
    [3, 800],
    [4, 1600],
    [5, 3200],
    [6, 4000],
    [7, 4000],
    [2000, 4000],
  ] as const) {
    test(`after attempt ${attempt} is a random part of ${full} ms`, () => {
      assert.equal(
        retryDelayMs(POLICY, attempt, {}, () => 0.5),
        full / 2,
      );
      assert.equal(
        retryDelayMs(POLICY, attempt, {}, () => 0),
        0,
      );
      assert.equal(retryDelayMs({ ...POLICY, jitter: false }, attempt, {}, neverCalled), full);
    });
  }

  test("is drawn again for each attempt", () => {
    const drawn = Array.from({ length: 50 }, () => retryDelayMs(POLICY, 3, {}));
    assert.ok(drawn.every((delay) => delay >= 0 && delay < 800));
    assert.ok(new Set(drawn).size > 40);
  });

  test("is a second at least after a 429, whatever the cap", () => {
    assert.equal(
      retryDelayMs(POLICY, 1, { status: 429 }, () => 0.5),
      1000,
    );
    assert.equal(retryDelayMs({ ...POLICY, maxDelayMs: 10, jitter: false }, 5, { status: 429 }), 1000);
    assert.equal(retryDelayMs({ ...POLICY, jitter: false }, 6, { status: 429 }), 4000);
    assert.equal(
      retryDelayMs(POLICY, 1, { status: 503 }, () => 0.5),
      100,
    );
  });

  test("gives way to that of the service, which no cap, floor or chance changes, up to a day", () => {
    for (const retryAfterMs of [0, 1, 500, 90_000, 2 ** 40]) {
      const waitMs = Math.min(retryAfterMs, 86_400_000);
      assert.equal(retryDelayMs(POLICY, 1, { status: 429, retryAfterMs }, neverCalled), waitMs);
    }
  });
});

describe("Retry-After", () => {
  const NOW = Date.UTC(2026, 0, 1, 12);
  const read = (value: string | undefined, date?: string): number | undefined =>
    parseRetryAfter(new Headers({ ...(value !== undefined && { "retry-after": value }), ...(date && { date }) }), NOW);

  for (const [value, ms] of [
    [undefined, undefined],
    ["0", 0],
    ["1", 1000],
    ["120", 120_000],
    ["007", 7000],
    ["86400", 86_400_000],
    ["4294967296", 4_294_967_296_000],
    // Never so large that adding it to the time loses exactness.
    ["9".repeat(400), Number.MAX_SAFE_INTEGER],
    ["Thu, 01 Jan 2026 12:00:30 GMT", 30_000],
    // The past.
    ["Thu, 01 Jan 2026 11:00:00 GMT", 0],
    ["Thu, 01 Jan 1970 00:00:00 GMT", 0],
    // Garbage is no hint.
    ["", undefined],
    ["-1", undefined],
    ["+1", undefined],
    ["1.5", undefined],
    ["1e3", undefined],
    ["0x10", undefined],
    ["30s", undefined],
    ["30, 30", undefined],
    ["soon", undefined],
    ["Infinity", undefined],
    ["NaN", undefined],
    // Dates of other forms than IMF-fixdate.
    ["2026-01-01T12:00:30Z", undefined],
    ["Thu, 1 Jan 2026 12:00:30 GMT", undefined],
    ["Fri, 01 Jan 2026 12:00:30 GMT", undefined],
    ["Thu, 01 Jan 2026 12:00:30 UTC", undefined],
    ["Thu, 01 Jan 2026 12:00:30 +0000", undefined],
    ["thu, 01 jan 2026 12:00:30 gmt", undefined],
    ["Thursday, 01-Jan-26 12:00:30 GMT", undefined],
    ["Thu Jan  1 12:00:30 2026", undefined],
    ["Thu, 31 Feb 2026 12:00:30 GMT", undefined],
    ["01 Jan 2026 12:00:30 GMT", undefined],
    ["1767268830", 1_767_268_830_000],
  ] as const) {
    test(`${value === undefined ? "absent" : shown(value.slice(0, 40))} is ${ms ?? "no hint"}`, () => {
      assert.equal(read(value), ms);
    });
  }

  test("as a date is measured against the response's own Date", () => {
    const at = "Thu, 01 Jan 2026 12:10:00 GMT";
    assert.equal(read(at, "Thu, 01 Jan 2026 12:09:00 GMT"), 60_000);
    assert.equal(read(at, "Wed, 31 Dec 2025 12:10:00 GMT"), 86_400_000);
    assert.equal(read(at, "Thu, 01 Jan 2026 12:11:00 GMT"), 0);
    assert.equal(read(at, "Thu, 01 Jan 2026 12:10"), 600_000);
    assert.equal(read("30", "Wed, 31 Dec 2025 12:10:00 GMT"), 30_000);
  });

  test("reads an HTTP-date exactly or not at all", () => {
    assert.equal(parseHttpDate("Sun, 06 Nov 1994 08:49:37 GMT"), 784_111_777_000);
    assert.equal(parseHttpDate(null), undefined);
    assert.equal(parseHttpDate(""), undefined);
    assert.equal(parseHttpDate("Invalid Date"), undefined);
  });
});

describe("another attempt", () => {
  const server = (status: number | undefined): ServerError => new ServerError("UNEXPECTED_RESPONSE", "m", { status });
  const again = (failure: DexcomError, options: Partial<Parameters<typeof mayRetry>[1]>): boolean =>
    mayRetry(failure, { policy: POLICY, attempt: 1, repetition: "read", ...options });
  const lost = new NetworkError("NETWORK_FAILED", "m");
  const slow = new TimeoutError("ATTEMPT_TIMED_OUT", "m");

  for (const [what, failure, isRetried] of [
    ["a lost response", lost, true],
    ["an attempt's time-out", slow, true],
    ["a 429", new RateLimitError("RATE_LIMITED", "m", { status: 429 }), true],
    ["a page with 500", server(500), true],
    ["a page with 502", server(502), true],
    ["a page with 503", server(503), true],
    ["a page with 504", server(504), true],
    ["an unknown fault with 500", new ServerError("UNKNOWN_FAULT", "m", { status: 500 }), true],
    ["a 400", server(400), false],
    ["a 403", server(403), false],
    ["a 423", server(423), false],
    ["a 501", server(501), false],
    ["a redirect", server(302), false],
    ["an opaque redirect", server(undefined), false],
    ["a 200 that is no JSON", new ServerError("INVALID_JSON", "m", { status: 200 }), false],
    ["a refusal, though it is a 500", new AccountError("CREDENTIALS_REFUSED", "m", { status: 500 }), false],
    ["a lock-out, though it is a 500", new AccountError("LOCKED_OUT", "m", { status: 500 }), false],
    ["a dead session, though it is a 500", new SessionError("SESSION_EXPIRED", "m", { status: 500 }), false],
    ["a bad argument, though it is a 500", new ArgumentError("m", { status: 500 }), false],
  ] as const) {
    test(`is ${isRetried ? "" : "not "}made after ${what}`, () => {
      assert.equal(again(failure, { attempt: 1 }), isRetried);
      assert.equal(again(failure, { attempt: 2 }), isRetried);
      assert.equal(again(failure, { attempt: 3 }), false, "three attempts are all");
    });
  }

  for (const retries of [0, 1]) {
    test(`is not made with retries ${retries}`, () => {
      assert.equal(again(lost, { policy: { ...POLICY, retries }, attempt: 1 }), false);
      assert.equal(again(server(503), { policy: { ...POLICY, retries }, attempt: 1 }), false);
    });
  }

  test("follows the list of statuses", () => {
    const policy = { ...POLICY, retryOnStatuses: [418] };
    assert.equal(again(server(418), { policy, attempt: 1 }), true);
    assert.equal(again(server(500), { policy, attempt: 1 }), false);
    assert.equal(again(server(429), { policy: { ...POLICY, retryOnStatuses: [] }, attempt: 1 }), false);
    assert.equal(again(lost, { policy: { ...POLICY, retryOnStatuses: [] }, attempt: 1 }), true);
  });

  test("of a login whose response was lost is made once", () => {
    const policy = { ...POLICY, retries: 10 };
    for (const failure of [lost, slow, server(500), server(502), server(504)]) {
      assert.equal(again(failure, { policy, attempt: 1, repetition: "login" }), true);
      assert.equal(again(failure, { policy, attempt: 2, repetition: "login" }), false);
    }
  });

  test("of a login that was turned away unheard is made as often as of a read", () => {
    const policy = { ...POLICY, retries: 5 };
    for (const status of [429, 503]) {
      assert.equal(again(server(status), { policy, attempt: 4, repetition: "login" }), true);
      assert.equal(again(server(status), { policy, attempt: 5, repetition: "login" }), false);
    }
  });

  test("of a login is not made after a fault that nobody knows: it may be a refusal", () => {
    assert.equal(
      again(new ServerError("UNKNOWN_FAULT", "m", { status: 500 }), { attempt: 1, repetition: "login" }),
      false,
    );
  });
});
