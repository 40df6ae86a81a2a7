import assert from "node:assert/strict";
import { describe, mock, test } from "node:test";
import { systemClock } from "../src/clock.ts";
import { Dexcom } from "../src/dexcom.ts";
import { ArgumentError } from "../src/errors.ts";
import { resolveOptions, type DexcomOptions } from "../src/options.ts";
import { Publisher } from "../src/publisher/publisher.ts";
import { MemorySessionCache } from "../src/session/session-cache.ts";
import { Subscriber } from "../src/subscriber/subscriber.ts";
import { ACCOUNT_ID, ZEROS } from "./support/answers.ts";
import { everythingOf } from "./support/everything.ts";
import { neverCalled } from "./support/never-called.ts";
import { shown } from "./support/shown.ts";

const GOOD: DexcomOptions = { username: "someone@example.com", password: "secret" };
const JP_APPLICATION_ID = "d8665ade-9673-4e27-9ff6-92db4ce13d13";
const APPLICATION_ID = "d89443d2-327c-4a6f-89e5-496bbb0317db";
const servicesUrl = (options: object): string => resolveOptions({ ...GOOD, ...options }).servicesUrl;

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

describe("baseUrl", () => {
  for (const [baseUrl, expected] of [
    ["https://proxy.example", "https://proxy.example/"],
    ["https://proxy.example/", "https://proxy.example/"],
    ["https://proxy.example:8443/a/b", "https://proxy.example:8443/a/b/"],
    ["https://proxy.example/a/b///", "https://proxy.example/a/b/"],
    [new URL("https://proxy.example/a"), "https://proxy.example/a/"],
    ["HTTPS://PROXY.EXAMPLE", "https://proxy.example/"],
    ["http://127.0.0.1:8080", "http://127.0.0.1:8080/"],
    ["http://127.1.2.3", "http://127.1.2.3/"],
    ["http://localhost:1234/x", "http://localhost:1234/x/"],
    ["http://[::1]:9", "http://[::1]:9/"],
  ] as const) {
    test(`may be ${shown(String(baseUrl))}`, () => {
      assert.equal(servicesUrl({ baseUrl }), `${expected}ShareWebServices/Services/`);
    });
  }

  test("of a hundred thousand slashes is checked in linear time", () => {
    const started = process.cpuUsage();
    servicesUrl({ baseUrl: `https://proxy.example/${"/".repeat(100_000)}x` });
    // The quadratic way took seven seconds.
    assert.ok(process.cpuUsage(started).user < 1_000_000);
  });

  test("with an empty query or fragment leads to the same place, or nowhere", () => {
    for (const baseUrl of ["https://proxy.example/a?", "https://proxy.example/a#", "https://proxy.example/a/?#"]) {
      let url: string;
      try {
        url = servicesUrl({ baseUrl });
      } catch (error) {
        assert.ok(error instanceof ArgumentError);
        continue;
      }
      assert.equal(url, "https://proxy.example/a/ShareWebServices/Services/");
    }
  });
});

/** What can't be right; the values that might be secrets are `canary`. */
const BAD: readonly (readonly [name: RegExp, options: object])[] = [
  [/^Username must be non-empty string$/, { username: undefined }],
  [/^Username must be non-empty string$/, { username: "" }],
  [/^Username must be non-empty string$/, { username: " \t" }],
  [/^Username must be non-empty string$/, { username: null }],
  [/^Username must be non-empty string$/, { username: 5 }],
  [/^Username must be non-empty string$/, { username: ["canary"] }],
  [/^Password must be non-empty string$/, { password: undefined }],
  [/^Password must be non-empty string$/, { password: "" }],
  [/^Password must be non-empty string$/, { password: null }],
  [/^Password must be non-empty string$/, { password: 12345678 }],
  [/^Password must be non-empty string$/, { password: ["canary"] }],
  [/^Account ID must be UUID$/, { username: undefined, accountId: "" }],
  [/^Account ID must be UUID$/, { username: undefined, accountId: "canary" }],
  [/^Account ID must be UUID$/, { username: undefined, accountId: ACCOUNT_ID.replaceAll("-", "") }],
  [/^Account ID must be UUID$/, { username: undefined, accountId: 5 }],
  [/^Account ID must be UUID$/, { username: undefined, accountId: [ACCOUNT_ID] }],
  [/^Account ID default$/, { username: undefined, accountId: ZEROS }],
  [/^Account ID default$/, { username: ZEROS }],
  [/username.*accountId/, { accountId: ACCOUNT_ID }],
  [/username.*accountId/, { accountId: "" }],
  ...["", "US", "eu", "canary", "toString", null, 1, {}].map((region) => [/region/, { region }] as const),
  ...["", "canary", ZEROS, null, 1, APPLICATION_ID.slice(1)].map(
    (applicationId) => [/applicationId/, { applicationId }] as const,
  ),
  ...[null, 1, "x", {}, { get: neverCalled, set: neverCalled }, { get: 1, set: 1, clear: 1 }].map(
    (cache) => [/cache/, { cache }] as const,
  ),
  ...[null, 1, "x", {}, { now: neverCalled }, { now: 1, sleep: 1 }].map((clock) => [/clock/, { clock }] as const),
  ...[null, 1, "x", {}].map((fetch) => [/fetch/, { fetch }] as const),
  ...[null, 1, "x", {}].map((onEvent) => [/onEvent/, { onEvent }] as const),
  ...[null, "", "ignore", true, 1].map((badRecords) => [/badRecords/, { badRecords }] as const),
  ...["sessionTtlMs", "timeoutMs", "deadlineMs"].flatMap((name) =>
    [null, 0, -1, NaN, Infinity, "1000", "canary", true, {}, 5n].map(
      (value) => [new RegExp(name), { [name]: value }] as const,
    ),
  ),
  ...[null, 1, "x", true].map((retry) => [/retry/, { retry }] as const),
  ...[null, -1, 1.5, NaN, Infinity, "3", {}].map((retries) => [/retry\.retries/, { retry: { retries } }] as const),
  ...["baseDelayMs", "maxDelayMs"].flatMap((name) =>
    [null, -1, NaN, Infinity, "200", {}].map(
      (value) => [new RegExp(`retry\\.${name}`), { retry: { [name]: value } }] as const,
    ),
  ),
  ...[null, 0, "yes", {}].map((jitter) => [/retry\.jitter/, { retry: { jitter } }] as const),
  ...[null, 429, "429", ["429"], [null], {}].map(
    (retryOnStatuses) => [/retry\.retryOnStatuses/, { retry: { retryOnStatuses } }] as const,
  ),
  ...[
    "",
    "canary",
    "proxy.example",
    "//proxy.example",
    "/a",
    "http://proxy.example",
    "http://127.0.0.1.proxy.example",
    "http://share.localhost",
    "http://localhost.",
    "http://0.0.0.0",
    "http://localhost.proxy.example",
    "http://xlocalhost",
    "http://128.0.0.1",
    "http://0.0.0.0",
    "http://[::2]",
    "ftp://proxy.example",
    "file:///a",
    "data:,x",
    "https://",
    "https://user:canary@proxy.example",
    "https://user@proxy.example",
    "https://:canary@proxy.example",
    "https://proxy.example/?canary",
    "https://proxy.example/#canary",
    null,
    5,
    {},
    Object.create(null),
    Symbol("canary"),
  ].map((baseUrl) => [/baseUrl/, { baseUrl }] as const),
];

describe("a bad option", () => {
  for (const [name, options] of BAD) {
    test(`is an ArgumentError that names it and keeps its value: ${shown(options)}`, () => {
      const construct = (): Dexcom =>
        new Dexcom({ username: "someone@example.com", password: "secret", fetch: neverCalled, ...options });
      assert.throws(construct, (error) => {
        assert.ok(error instanceof ArgumentError, String(error));
        assert.equal(error.code, "INVALID_ARGUMENT");
        assert.match(error.message, name);
        // The stack holds the names of this file's functions, and no values.
        assert.ok(!everythingOf(error).includes("canary"));
        return true;
      });
    });
  }

  for (const options of [undefined, null, 5, "options"]) {
    test(`of a client is ${shown(options)}`, () => {
      assert.throws(() => new Dexcom(options as never), ArgumentError);
    });
  }
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

  test("keeps nothing where it could be printed", () => {
    const options = { username: "canary-name@example.com", password: "canary-password", fetch: neverCalled };
    assert.doesNotMatch(everythingOf(new Dexcom(options)), /canary/);
  });
});

describe("an option that does not exist", () => {
  const known = { username: "someone@example.com", password: "canary" };
  for (const [make, message] of [
    [
      () => new Dexcom({ ...known, userName: "x" } as object as DexcomOptions),
      /^options has no userName; did you mean username\?$/,
    ],
    [() => new Dexcom({ ...known, timeoutMS: 5 } as object as DexcomOptions), /did you mean timeoutMs\?$/],
    [() => new Dexcom({ ...known, shoeSize: 5 } as object as DexcomOptions), /^options has no shoeSize$/],
    [() => new Dexcom({ ...known, "canary secret": 5 } as object as DexcomOptions), /^options has no such option$/],
    [() => new Dexcom({ ...known, retry: { retrys: 5 } as object }), /^retry has no retrys; did you mean retries\?$/],
    [() => new Dexcom(known).watch({ staleAfter: 5 } as object), /did you mean staleAfterMs\?$/],
    [() => new Publisher({ ...known, regoin: "us" } as object as DexcomOptions), /did you mean region\?$/],
    [() => new Publisher({ ...known, logInByName: true } as object as DexcomOptions), /did you mean loginByName\?$/],
    [() => new Publisher({ Dexcom: new Dexcom(known) } as never), /did you mean dexcom\?$/],
    [() => new Subscriber({ accountId: "x", secrte: "x" } as never), /did you mean secret\?$/],
    [() => new Subscriber({ accountId: "x", password: "x" } as never), /^options has no password$/],
    [
      () =>
        new Subscriber({
          accountId: "33333333-3333-3333-3333-333333333333",
          secret: "0".repeat(32),
          cahce: 1,
        } as never),
      /did you mean cache\?$/,
    ],
  ] as const) {
    test(`is an ArgumentError that names the nearest one: ${String(message)}`, () => {
      assert.throws(make, { name: "ArgumentError", message });
    });
  }
});
