import assert from "node:assert/strict";
import { describe, mock, test } from "node:test";
import { systemClock } from "../src/clock.ts";
import { Dexcom } from "../src/dexcom.ts";
import { resolveOptions, type DexcomOptions } from "../src/options.ts";
import { MemorySessionCache } from "../src/session/session-cache.ts";
import { ACCOUNT_ID } from "./support/responses.ts";
import { assertSecretFree } from "./support/secret-search.ts";
import { neverCalled } from "./support/never-called.ts";

const GOOD: DexcomOptions = { username: "someone@example.com", password: "secret" };
const JP_APPLICATION_ID = "d8665ade-9673-4e27-9ff6-92db4ce13d13";
const APPLICATION_ID = "d89443d2-327c-4a6f-89e5-496bbb0317db";

describe("options", () => {
  test("have the defaults of the contract", () => {
    const { cache, clock, emit, secrets, ...settings } = resolveOptions(GOOD);
    assert.ok(secrets.isRevealedBy(GOOD.password));
    assert.deepEqual(settings, {
      username: "someone@example.com",
      accountId: undefined,
      password: "secret",
      applicationId: APPLICATION_ID,
      servicesUrl: "https://share2.dexcom.com/ShareWebServices/Services/",
      ttlMs: 480_000,
      timeoutMs: 10_000,
      deadlineMs: 30_000,
      retry: {
        retries: 3,
        baseDelayMs: 200,
        maxDelayMs: 4000,
        jitter: true,
        retryOnStatuses: [429, 500, 502, 503, 504],
      },
      fetch: undefined,
      badRecords: "reject",
    });
    assert.ok(cache instanceof MemorySessionCache);
    assert.equal(clock, systemClock);
    assert.equal(typeof emit, "function");
  });

  test("that are undefined are absent, one and all", () => {
    const names = [
      "accountId",
      "region",
      "cache",
      "sessionTtlMs",
      "retry",
      "timeoutMs",
      "deadlineMs",
      "fetch",
      "baseUrl",
      "applicationId",
      "clock",
      "badRecords",
      "onEvent",
    ];
    const { cache, emit, ...plain } = resolveOptions(GOOD);
    const {
      cache: other,
      emit: another,
      ...given
    } = resolveOptions({ ...GOOD, ...Object.fromEntries(names.map((name) => [name, undefined])) });
    assert.deepEqual(given, plain);
    assert.notEqual(other, cache, "each client has a cache of its own");
    assert.equal(typeof another, typeof emit);
    const retry = Object.fromEntries(
      ["retries", "baseDelayMs", "maxDelayMs", "jitter", "retryOnStatuses"].map((name) => [name, undefined]),
    );
    assert.deepEqual(resolveOptions({ ...GOOD, retry }).retry, plain.retry);
    assert.equal(
      resolveOptions({ username: undefined, accountId: ACCOUNT_ID, password: "secret" }).accountId,
      ACCOUNT_ID,
    );
  });

  for (const [region, origin, applicationId] of [
    ["us", "https://share2.dexcom.com", APPLICATION_ID],
    ["ous", "https://shareous1.dexcom.com", APPLICATION_ID],
    ["jp", "https://share.dexcom.jp", JP_APPLICATION_ID],
  ] as const) {
    test(`of region ${region} lead to ${origin} with its application id`, () => {
      const settings = resolveOptions({ ...GOOD, region });
      assert.equal(settings.servicesUrl, `${origin}/ShareWebServices/Services/`);
      assert.equal(settings.applicationId, applicationId);
    });
  }

  test("given win over the region's, each by itself", () => {
    const other = "11111111-1111-1111-1111-111111111111";
    const settings = resolveOptions({ ...GOOD, region: "jp", applicationId: other });
    assert.equal(settings.applicationId, other);
    assert.match(settings.servicesUrl, /share\.dexcom\.jp/);
    assert.equal(
      resolveOptions({ ...GOOD, region: "jp", baseUrl: "https://proxy.example" }).applicationId,
      JP_APPLICATION_ID,
    );
  });

  test("of retry win over the defaults one by one", () => {
    const retryOnStatuses = [418];
    const { retry } = resolveOptions({
      ...GOOD,
      retry: { retries: 0, baseDelayMs: 0, maxDelayMs: 0, jitter: false, retryOnStatuses },
    });
    assert.deepEqual(retry, { retries: 0, baseDelayMs: 0, maxDelayMs: 0, jitter: false, retryOnStatuses: [418] });
    retryOnStatuses.push(500);
    assert.deepEqual(retry.retryOnStatuses, [418], "what the caller does with the list later is nobody's business");
    assert.equal(resolveOptions({ ...GOOD, retry: { retries: 7 } }).retry.maxDelayMs, 4000);
  });

  test("take a user name of the form of an id for the account id", () => {
    for (const id of [ACCOUNT_ID, "ABCDEF01-2345-6789-abcd-ef0123456789"]) {
      const { username, accountId } = resolveOptions({ username: id, password: "secret" });
      assert.deepEqual([username, accountId], [undefined, id]);
    }
  });

  test("take user names of all sorts as they are", () => {
    for (const username of ["someone", "someone+tag@example.com", "+11234567890", " padded ", "0", "ü"]) {
      assert.equal(resolveOptions({ username, password: " " }).username, username);
    }
  });
});

describe("the constructor", () => {
  test("does no I/O, sets no timer, draws no random number and tells no time", (t) => {
    const watched = [
      t.mock.method(globalThis, "fetch", neverCalled),
      t.mock.method(globalThis, "setTimeout", neverCalled),
      t.mock.method(globalThis, "setInterval", neverCalled),
      t.mock.method(globalThis, "setImmediate", neverCalled),
      t.mock.method(globalThis, "queueMicrotask", neverCalled),
      t.mock.method(Math, "random", neverCalled),
      t.mock.method(crypto, "getRandomValues", neverCalled),
      t.mock.method(crypto, "randomUUID", neverCalled),
      t.mock.method(crypto.subtle, "digest", neverCalled),
      t.mock.method(Date, "now", neverCalled),
    ];
    const cache = { get: mock.fn(neverCalled), set: mock.fn(neverCalled), clear: mock.fn(neverCalled) };
    const clock = { now: mock.fn(neverCalled), sleep: mock.fn(neverCalled) };
    new Dexcom(GOOD);
    new Dexcom({ ...GOOD, cache, clock, fetch: neverCalled, onEvent: neverCalled, region: "jp" });
    for (const method of [...watched, ...Object.values(cache), ...Object.values(clock)])
      assert.equal(method.mock.callCount(), 0);
  });

  test("keeps no option in a property that could be printed", () => {
    const options = { username: "canary-name@example.com", password: "canary-password", fetch: neverCalled };
    assertSecretFree(new Dexcom(options), ["canary"]);
  });
});
