import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ServerError } from "../../src/errors.ts";
import { hasIdForm, isId, parseAccountId, parseSessionId } from "../../src/wire/ids.ts";
import { ACCOUNT_ID, ZEROS } from "../support/responses.ts";
import { shown } from "../support/shown.ts";

const DETAILS = { status: 200, attempts: 1 };
const details = (): typeof DETAILS => DETAILS;

const GOOD = [
  ACCOUNT_ID,
  // Of no version and variant that RFC 9562 knows.
  "12345678-1234-0234-0234-123456789abc",
  "ffffffff-ffff-ffff-ffff-ffffffffffff",
  "ABCDEF01-2345-6789-ABCD-EF0123456789",
  "abcdef01-2345-6789-abcd-ef0123456789",
  "00000000-0000-0000-0000-000000000001",
];

const BAD = [
  "",
  "999999999999-9999-9999-9999-99999999",
  "99999999999999999999999999999999",
  `{${ACCOUNT_ID}}`,
  ` ${ACCOUNT_ID}`,
  `${ACCOUNT_ID}\n`,
  "g9999999-9999-9999-9999-999999999999",
  `${ACCOUNT_ID}9`,
  1,
  null,
  undefined,
  true,
  [],
  [ACCOUNT_ID],
  {},
];

describe("an id", () => {
  for (const id of GOOD) {
    test(`${id} is taken`, () => {
      assert.ok(hasIdForm(id) && isId(id));
      assert.equal(parseAccountId(id, details), id);
      assert.equal(parseAccountId({ accountId: id }, details), id);
      assert.equal(parseSessionId(id, details), id);
    });
  }

  for (const value of BAD) {
    test(`${shown(value)} is not an id`, () => {
      assert.ok(!hasIdForm(value) && !isId(value));
      for (const parse of [
        () => parseAccountId(value, details),
        () => parseAccountId({ accountId: value }, details),
        () => parseSessionId(value, details),
      ]) {
        assert.throws(parse, (error) => {
          assert.ok(error instanceof ServerError);
          assert.equal(error.code, "INVALID_SHAPE");
          assert.equal(error.name, "ZodError");
          assert.equal(error.message, "Unexpected server response");
          assert.equal(error.issues?.length, 1);
          assert.equal(error.status, 200);
          return true;
        });
      }
    });
  }

  test("all zeros is the form of one and nothing to use", () => {
    assert.ok(hasIdForm(ZEROS));
    assert.ok(!isId(ZEROS));
    const isDefault = (message: string) => (error: unknown) =>
      error instanceof ServerError && error.code === "DEFAULT_ID" && error.message === message && error.status === 200;
    assert.throws(() => parseAccountId(ZEROS, details), isDefault("Account ID default"));
    assert.throws(() => parseAccountId({ accountId: ZEROS }, details), isDefault("Account ID default"));
    assert.throws(() => parseSessionId(ZEROS, details), isDefault("Session ID default"));
  });

  test("of a session comes bare: an object is not a valid login response", () => {
    assert.throws(() => parseSessionId({ accountId: ACCOUNT_ID }, details), ServerError);
    assert.throws(() => parseSessionId({ sessionId: ACCOUNT_ID }, details), ServerError);
  });
});
