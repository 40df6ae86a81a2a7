/** What a store's record of an account may hold, and how long its times count. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  lifetimeMs,
  parseRecord,
  storedRefusals,
  withoutFuture,
  withRefusal,
  type AccountRecord,
} from "../../src/session/account-record.ts";

const ID = "99999999-0000-4000-8000-000000000001";
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const NOW = Date.UTC(2026, 0, 15);
const REFUSED = { code: "CREDENTIALS_REFUSED", writtenAt: NOW, waitMs: 10 * MINUTE_MS } as const;
const LOCKED_OUT = { code: "LOCKED_OUT", writtenAt: NOW, waitMs: 10 * MINUTE_MS } as const;
const UNDECIDED = { code: "LOGIN_UNDECIDED", writtenAt: NOW, waitMs: MINUTE_MS } as const;

describe("a record that is read", () => {
  test("keeps an id, the time of the last success and each kind of refusal", () => {
    const record = {
      id: ID,
      acceptedAt: NOW,
      refusals: [{ ...REFUSED, status: 500, serverCode: "AccountPasswordInvalid" }, LOCKED_OUT, UNDECIDED],
    };
    assert.deepEqual(parseRecord(record), record);
    assert.deepEqual(Object.keys(parseRecord({})), []);
  });

  for (const [name, value] of [
    ["an id that is no id", { id: "x" }],
    ["a time that is no number", { acceptedAt: "yesterday" }],
    ["an infinite time", { acceptedAt: Infinity }],
    ["refusals that are no list", { refusals: { 0: REFUSED } }],
  ] as const) {
    test(`loses ${name}`, () => {
      assert.deepEqual(parseRecord(value), {});
    });
  }

  for (const [name, refusal] of [
    ["with an unknown code", { ...REFUSED, code: "OTHER" }],
    ["without a time", { ...REFUSED, writtenAt: null }],
    ["without a wait", { ...REFUSED, waitMs: NaN }],
  ] as const) {
    test(`loses a refusal ${name}, and keeps the others`, () => {
      assert.deepEqual(parseRecord({ refusals: [refusal, LOCKED_OUT] }).refusals, [LOCKED_OUT]);
    });
  }

  for (const [waitMs, kept] of [
    [-1, 0],
    [0, 0],
    [DAY_MS, DAY_MS],
    [DAY_MS + 1, DAY_MS],
  ] as const) {
    test(`waits ${kept} ms for a stored ${waitMs}`, () => {
      assert.equal(parseRecord({ refusals: [{ ...REFUSED, waitMs }] }).refusals?.[0]?.waitMs, kept);
    });
  }

  test("loses a status that is no whole number and a code that is no word of up to 60 letters", () => {
    const details = (more: object): unknown => {
      const [{ status, serverCode } = {}] = parseRecord({ refusals: [{ ...REFUSED, ...more }] }).refusals ?? [];
      return [status, serverCode];
    };
    const longest = "A".repeat(60);
    assert.deepEqual(details({ status: 401, serverCode: longest }), [401, longest]);
    for (const status of ["500", 1.5, NaN]) assert.deepEqual(details({ status }), [undefined, undefined]);
    for (const serverCode of [5, "", "A".repeat(61), "see evil", "Code\n", " Code"]) {
      assert.deepEqual(details({ serverCode }), [undefined, undefined]);
    }
  });
});

describe("a time of the future", () => {
  test("up to five minutes ahead stays, and so does a record without times", () => {
    const limit = NOW + 5 * MINUTE_MS;
    for (const record of [
      {},
      { id: ID, acceptedAt: limit },
      { refusals: [{ ...REFUSED, writtenAt: limit }] },
    ] satisfies AccountRecord[]) {
      assert.equal(withoutFuture(record, NOW), record);
    }
  });

  test("further ahead becomes the present, and other times stay", () => {
    const ahead = NOW + 5 * MINUTE_MS + 1;
    const past = NOW - HOUR_MS;
    assert.deepEqual(withoutFuture({ id: ID, acceptedAt: ahead, refusals: [{ ...REFUSED, writtenAt: past }] }, NOW), {
      id: ID,
      acceptedAt: NOW,
      refusals: [{ ...REFUSED, writtenAt: past }],
    });
    assert.deepEqual(withoutFuture({ acceptedAt: past, refusals: [{ ...REFUSED, writtenAt: ahead }] }, NOW), {
      acceptedAt: past,
      refusals: [REFUSED],
    });
    const mended = withoutFuture({ refusals: [{ ...REFUSED, writtenAt: ahead }] }, NOW);
    assert.deepEqual(Object.keys(mended), ["refusals"]);
  });
});

describe("what is left of a cool-down", () => {
  for (const [name, ageMs, leftMs] of [
    ["just written", 0, 10 * MINUTE_MS],
    ["written four minutes ago", 4 * MINUTE_MS, 6 * MINUTE_MS],
    ["long over", DAY_MS, 0],
    ["written by a clock that is ahead", -MINUTE_MS, 10 * MINUTE_MS],
  ] as const) {
    test(`of a refusal ${name} is ${leftMs / MINUTE_MS} min`, () => {
      const [refusal] = storedRefusals({ refusals: [{ ...REFUSED, writtenAt: NOW - ageMs }] }, NOW);
      assert.deepEqual(refusal, { code: REFUSED.code, waitMs: REFUSED.waitMs, leftMs });
    });
  }

  test("is nothing for a record without refusals", () => {
    assert.deepEqual(storedRefusals({}, NOW), []);
  });
});

describe("a refusal that is added", () => {
  const add = (record: AccountRecord, refusal: typeof REFUSED | typeof LOCKED_OUT | typeof UNDECIDED): unknown => {
    const { refusals, ...rest } = withRefusal(record, refusal, NOW + 1);
    return [rest, refusals?.map(({ code, writtenAt }) => [code, writtenAt - NOW])];
  };

  test("replaces the one of its kind, and leaves the session", () => {
    assert.deepEqual(add({ id: ID }, REFUSED), [{ id: ID }, [["CREDENTIALS_REFUSED", 1]]]);
    assert.deepEqual(add({ refusals: [LOCKED_OUT, UNDECIDED] }, LOCKED_OUT), [
      {},
      [
        ["LOGIN_UNDECIDED", 0],
        ["LOCKED_OUT", 1],
      ],
    ]);
  });

  test("voids the others if it was the password's, because the service has looked at it", () => {
    assert.deepEqual(add({ refusals: [LOCKED_OUT, UNDECIDED, REFUSED] }, REFUSED), [{}, [["CREDENTIALS_REFUSED", 1]]]);
  });
});

describe("a record is kept", () => {
  const ttlMs = 8 * MINUTE_MS;
  for (const [name, record, expectedMs] of [
    ["not at all if it is empty", {}, 0],
    ["as long as its session", { id: ID, acceptedAt: NOW }, ttlMs],
    ["for a day after the credentials worked", { acceptedAt: NOW - HOUR_MS }, 23 * HOUR_MS],
    ["for an hour after the end of a cool-down", { refusals: [REFUSED] }, HOUR_MS + 10 * MINUTE_MS],
    ["for the longest of these", { id: ID, refusals: [UNDECIDED, REFUSED] }, HOUR_MS + 10 * MINUTE_MS],
    [
      "no longer if the refusal was written by a clock that is ahead",
      { refusals: [{ ...REFUSED, writtenAt: NOW + HOUR_MS }] },
      HOUR_MS + 10 * MINUTE_MS,
    ],
    [
      "for an hour after a cool-down that is over, however long ago",
      { refusals: [{ ...REFUSED, writtenAt: NOW - DAY_MS }] },
      HOUR_MS,
    ],
  ] as const satisfies readonly (readonly [string, AccountRecord, number])[]) {
    test(name, () => {
      assert.equal(lifetimeMs(record, { now: NOW, ttlMs }), expectedMs);
    });
  }
});
