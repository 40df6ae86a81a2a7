import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Dexcom } from "../src/dexcom.ts";
import { ArgumentError } from "../src/errors.ts";
import { type DexcomOptions } from "../src/options.ts";
import { Publisher } from "../src/publisher/publisher.ts";
import { Subscriber } from "../src/subscriber/subscriber.ts";
import { ACCOUNT_ID, ZEROS } from "./support/responses.ts";
import { assertSecretFree } from "./support/secret-search.ts";
import { neverCalled } from "./support/never-called.ts";
import { shown } from "./support/shown.ts";

const APPLICATION_ID = "d89443d2-327c-4a6f-89e5-496bbb0317db";

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
        assertSecretFree(error, ["canary"]);
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
