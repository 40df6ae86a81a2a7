import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { inspect } from "node:util";
import {
  AccountError,
  ArgumentError,
  DexcomError,
  NetworkError,
  RateLimitError,
  replayError,
  ServerError,
  SessionError,
  TimeoutError,
  type DexcomErrorCode,
} from "../src/errors.ts";

const make = {
  DexcomError: () => new DexcomError("UNKNOWN_FAULT", "m"),
  AccountError: () => new AccountError("CREDENTIALS_REFUSED", "m"),
  SessionError: () => new SessionError("SESSION_EXPIRED", "m"),
  ArgumentError: () => new ArgumentError("m"),
  ServerError: () => new ServerError("UNEXPECTED_RESPONSE", "m"),
  RateLimitError: () => new RateLimitError("RATE_LIMITED", "m"),
  NetworkError: () => new NetworkError("NETWORK_FAILED", "m"),
  TimeoutError: () => new TimeoutError("ATTEMPT_TIMED_OUT", "m"),
};
const CLASSES = {
  DexcomError,
  AccountError,
  SessionError,
  ArgumentError,
  ServerError,
  RateLimitError,
  NetworkError,
  TimeoutError,
};

/** What each is besides a DexcomError and itself. */
const PARENTS: Readonly<Record<string, readonly string[]>> = {
  RateLimitError: ["ServerError"],
  TimeoutError: ["NetworkError"],
};

describe("an error", () => {
  for (const [name, create] of Object.entries(make)) {
    test(`of the class ${name} is one of its parents and of no other`, () => {
      const error = create();
      const is = Object.entries(CLASSES).flatMap(([other, Class]) => (error instanceof Class ? [other] : []));
      assert.deepEqual(new Set(is), new Set(["DexcomError", ...(PARENTS[name] ?? []), name]));
      assert.ok(error instanceof Error);
      assert.equal(error.name, name);
      assert.match(String(error.stack), new RegExp(`^${name}|^Error`));
      assert.equal(String(error), `${name}: m`);
    });
  }

  test("shows the known details of the response, and no property for the others", () => {
    const details = { status: 500, serverCode: "SessionNotValid", traceId: "t", attempts: 2, retryAfterMs: 5000 };
    const error = new ServerError("UNKNOWN_FAULT", "m", { ...details, issues: undefined });
    assert.deepEqual(Object.fromEntries(Object.entries(error)), {
      code: "UNKNOWN_FAULT",
      advice: error.advice,
      ...details,
    });
    assert.deepEqual(Object.keys(new ServerError("UNKNOWN_FAULT", "m")), ["code", "advice"]);
    assert.ok(!("cause" in new ServerError("UNKNOWN_FAULT", "m")));
    assert.equal(new DexcomError("UNKNOWN_FAULT", "m", { attempts: 0 }).attempts, 0);
  });

  test("takes nothing from its details that is not on the list", () => {
    const details = { status: 500, password: "canary", request: { body: "canary" }, headers: "canary" };
    const error = new ServerError("UNKNOWN_FAULT", "m", details);
    assert.deepEqual(Object.keys(error), ["code", "advice", "status"]);
    Object.assign(error, { password: "canary" });
    assert.deepEqual(Object.keys(error.toJSON()), ["name", "code", "message", "advice", "status"]);
  });

  test("becomes JSON with its name, message and advice, and without stack and cause", () => {
    const error = new NetworkError("NETWORK_FAILED", "m", { attempts: 3, cause: new Error("ECONNREFUSED") });
    assert.deepEqual(JSON.parse(JSON.stringify(error)), {
      name: "NetworkError",
      code: "NETWORK_FAILED",
      message: "m",
      advice: error.advice,
      attempts: 3,
    });
    assert.equal((error.cause as Error).message, "ECONNREFUSED");
  });

  test("of a wrong shape is named ZodError and carries the issues", () => {
    const issues = [{ code: "custom", path: [0, "Value"], message: "not a glucose figure in mg/dL" }];
    const error = new ServerError("INVALID_SHAPE", "Unexpected server response", { issues });
    assert.equal(error.name, "ZodError");
    assert.deepEqual(error.issues, issues);
    assert.equal(new ServerError("INVALID_SHAPE", "m").name, "ServerError");
  });
});

describe("advice", () => {
  const BY_CODE: Readonly<Partial<Record<DexcomErrorCode, DexcomError>>> = {
    CREDENTIALS_REFUSED: new AccountError("CREDENTIALS_REFUSED", "m"),
    LOCKED_OUT: new AccountError("LOCKED_OUT", "m"),
    LOGIN_UNDECIDED: new NetworkError("LOGIN_UNDECIDED", "m"),
    SESSION_NOT_FOUND: new SessionError("SESSION_NOT_FOUND", "m"),
    SESSION_EXPIRED: new SessionError("SESSION_EXPIRED", "m"),
    INVALID_ARGUMENT: new ArgumentError("m"),
    UNKNOWN_FAULT: new ServerError("UNKNOWN_FAULT", "m"),
    UNEXPECTED_RESPONSE: new ServerError("UNEXPECTED_RESPONSE", "m"),
    INVALID_JSON: new ServerError("INVALID_JSON", "m"),
    INVALID_SHAPE: new ServerError("INVALID_SHAPE", "m"),
    DEFAULT_ID: new ServerError("DEFAULT_ID", "m"),
    RATE_LIMITED: new RateLimitError("RATE_LIMITED", "m"),
    NETWORK_FAILED: new NetworkError("NETWORK_FAILED", "m"),
    ATTEMPT_TIMED_OUT: new TimeoutError("ATTEMPT_TIMED_OUT", "m"),
    DEADLINE_EXCEEDED: new TimeoutError("DEADLINE_EXCEEDED", "m"),
  };

  for (const [code, error] of Object.entries(BY_CODE)) {
    test(`is there for ${code}, in whole sentences`, () => {
      assert.match(error.advice, /^[A-Z].{10,}\.$/);
    });
  }

  // Lessons 1 and 2: what people ask when their password is refused.
  for (const [what, pattern] of [
    ["the region", /region/],
    ["the publisher's login, not a follower's", /publisher.*not a follower/s],
    ["the phone number with + and country code", /\+ and country code/],
    ["the user name instead of the email", /user name instead of the email/],
    ["the account id", /account id/],
    ["that further attempts may lock the account", /attempts may lock the account/],
    ["when the next one is made", /next attempt is made in 10 minutes/],
  ] as const) {
    test(`on a refused login says to check ${what}`, () => {
      const error = new AccountError("CREDENTIALS_REFUSED", "Failed to authenticate", { retryAfterMs: 600_000 });
      assert.match(error.advice, pattern);
    });
  }

  for (const [code, pattern] of [
    ["LOCKED_OUT", /locked/],
    ["LOGIN_UNDECIDED", /may have been refused/],
    ["SESSION_EXPIRED", /try again/],
    ["INVALID_ARGUMENT", /message/],
    ["UNKNOWN_FAULT", /try again/],
    ["INVALID_JSON", /web page/],
    ["DEFAULT_ID", /account id/],
    ["RATE_LIMITED", /five minutes/],
    ["ATTEMPT_TIMED_OUT", /connection/],
    ["NETWORK_FAILED", /connection|firewall|proxy/],
    ["INVALID_SHAPE", /report/],
  ] as const) {
    test(`on ${code} says what a person can do`, () => assert.match(BY_CODE[code]!.advice, pattern));
  }

  for (const [ms, words] of [
    [1, "1 second"],
    [1000, "1 second"],
    [1001, "2 seconds"],
    [59_000, "59 seconds"],
    [89_999, "90 seconds"],
    [90_000, "2 minutes"],
    [600_000, "10 minutes"],
    [600_001, "11 minutes"],
    [3_600_000, "60 minutes"],
  ] as const) {
    test(`never names too early a moment: ${ms} ms are ${words}`, () => {
      const { advice } = new RateLimitError("RATE_LIMITED", "m", { retryAfterMs: ms });
      assert.match(advice, new RegExp(`in ${words} at the earliest`));
    });
  }
});

describe("a failure that is repeated without a request", () => {
  for (const first of [
    new AccountError("LOCKED_OUT", "Maximum authentication attempts exceeded", {
      status: 500,
      serverCode: "X",
      traceId: "t",
      attempts: 1,
    }),
    new RateLimitError("RATE_LIMITED", "Too many requests", { status: 429, attempts: 2, retryAfterMs: 9 }),
    new ServerError("UNEXPECTED_RESPONSE", "Unexpected server response", { status: 503 }),
    new SessionError("SESSION_EXPIRED", "Session not active or timed out", { status: 500 }),
    new ArgumentError("Account ID must be UUID", { status: 500 }),
  ]) {
    test(`is the same ${first.name}, with the time that is left`, () => {
      const again = replayError(first, { attempts: 0, retryAfterMs: 1234 });
      assert.notEqual(again, first);
      assert.equal(again.constructor, first.constructor);
      const { advice, ...fields } = again.toJSON();
      const { advice: before, ...expected } = first.toJSON();
      assert.deepEqual(fields, { ...expected, attempts: 0, retryAfterMs: 1234 });
      assert.match(advice as string, /in 2 seconds at the earliest/);
      assert.notEqual(advice, before);
    });
  }
});

describe("an error of another copy of the package", () => {
  const load = async (): Promise<typeof CLASSES> => {
    // The query makes a second module of the same file, as the CommonJS build is one.
    const copy: string = new URL("../src/errors.ts?copy", import.meta.url).href;
    return (await import(copy)) as typeof CLASSES;
  };

  for (const [name, create] of Object.entries(make)) {
    test(`is an instance of this copy's ${name} and of its parents, and of no other class`, async () => {
      const foreign = await load();
      const error: unknown = Reflect.construct(foreign[name as keyof typeof CLASSES], ["UNKNOWN_FAULT", "m"]);
      assert.notEqual(foreign.DexcomError, DexcomError);
      const is = (classes: object, value: unknown): string[] =>
        Object.entries(classes).flatMap(([other, Class]) => (value instanceof Class ? [other] : []));
      const expected = new Set(["DexcomError", ...(PARENTS[name] ?? []), name]);
      assert.deepEqual(new Set(is(CLASSES, error)), expected);
      const foreignClasses = Object.fromEntries(Object.keys(CLASSES).map((key) => [key, Reflect.get(foreign, key)]));
      assert.deepEqual(new Set(is(foreignClasses, create())), expected);
    });
  }

  test("is no instance of a caller's own subclass, whose instances are of the parent in both copies", async () => {
    const foreign = await load();
    class OwnError extends AccountError {}
    const own = new OwnError("LOCKED_OUT", "m");
    assert.ok(own instanceof OwnError && own instanceof AccountError && own instanceof foreign.AccountError);
    assert.ok(!(new AccountError("LOCKED_OUT", "m") instanceof OwnError));
    assert.ok(!(new foreign.AccountError("LOCKED_OUT", "m") instanceof OwnError));
  });

  test("is distinguished from values that are not errors of this package", () => {
    const others = [null, undefined, 5, "text", {}, new Error("m"), Symbol("s"), { name: "DexcomError" }] as unknown[];
    for (const other of others) assert.ok(!(other instanceof DexcomError));
  });

  test("shows nothing of how it is recognized", () => {
    const error = new AccountError("LOCKED_OUT", "m");
    assert.deepEqual(Object.keys(error), ["code", "advice"]);
    assert.doesNotMatch(inspect(error), /brand|dexcom-share-ts\.errors/);
  });
});
