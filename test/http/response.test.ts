import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { AccountError, ArgumentError, RateLimitError, ServerError, SessionError } from "../../src/errors.ts";
import { json, fault, opaqueRedirect, page, text, TRACE_ID, type ResponseOptions } from "../support/responses.ts";
import { errorOf, read } from "./read-response.ts";

const STATUSES = [200, 201, 400, 401, 403, 404, 423, 429, 500, 502, 503, 504, 520];

describe("a response", () => {
  for (const value of [null, 0, "", "text", false, [], [1], {}, { Code: 5 }]) {
    test(`with status 200 is what its body says: ${JSON.stringify(value)}`, async () => {
      assert.deepEqual(await read(json(value)), { parsed: value });
    });
  }

  for (const status of STATUSES) {
    test(`with a fault is that fault with status ${status} too: the body decides`, async () => {
      for (const [code, ErrorClass] of [
        ["AccountPasswordInvalid", AccountError],
        ["SSO_AuthenticateMaxAttemptsExceeed", AccountError],
        ["SSO_AuthenticateMaxAttemptsExceeded", AccountError],
        ["SessionIdNotFound", SessionError],
        ["SessionNotValid", SessionError],
        ["InvalidArgument", ArgumentError],
      ] as const) {
        const error = await errorOf(fault(code, undefined, { status }), 2);
        assert.equal(error.constructor, ErrorClass, code);
        assert.equal(error.status, status);
        assert.equal(error.serverCode, code);
        assert.equal(error.traceId, TRACE_ID);
        assert.equal(error.attempts, 2);
      }
    });
  }

  for (const [what, make, code, message] of [
    [
      "an empty body",
      (o: ResponseOptions) => text("", o),
      "INVALID_JSON",
      "Invalid or malformed JSON in server response",
    ],
    [
      "no body at all",
      (o: ResponseOptions) => text(null, o),
      "INVALID_JSON",
      "Invalid or malformed JSON in server response",
    ],
    [
      "an HTML page",
      (o: ResponseOptions) => text("<!DOCTYPE html><html></html>", o),
      "INVALID_JSON",
      "Invalid or malformed JSON in server response",
    ],
    [
      "a word",
      (o: ResponseOptions) => text("Forbidden", o),
      "INVALID_JSON",
      "Invalid or malformed JSON in server response",
    ],
    [
      "JSON that is cut short",
      (o: ResponseOptions) => text('[{"WT":"Da', o),
      "INVALID_JSON",
      "Invalid or malformed JSON in server response",
    ],
    [
      "two values",
      (o: ResponseOptions) => text("[][]", o),
      "INVALID_JSON",
      "Invalid or malformed JSON in server response",
    ],
  ] as const) {
    test(`with ${what} is no data`, async () => {
      const error = await errorOf(make({}));
      assert.equal(error.constructor, ServerError);
      assert.deepEqual([error.code, error.message, error.status], [code, message, 200]);
    });

    for (const status of [400, 403, 500, 502, 503]) {
      test(`with ${what} and status ${status} is judged by the status`, async () => {
        const error = await errorOf(make({ status }));
        assert.equal(error.constructor, ServerError);
        assert.deepEqual(
          [error.code, error.message, error.status],
          ["UNEXPECTED_RESPONSE", "Unexpected server response", status],
        );
      });
    }
  }

  test("with data is an error if its status says that the request failed", async () => {
    for (const status of [400, 404, 500, 503])
      assert.equal((await errorOf(json([], { status }))).code, "UNEXPECTED_RESPONSE");
  });

  test("of 429 asks for fewer requests, whatever unknown thing its body says", async () => {
    for (const response of [
      page(429),
      text("", { status: 429 }),
      json([], { status: 429 }),
      fault("TooMany", "", { status: 429 }),
    ]) {
      const error = await errorOf(response);
      assert.equal(error.constructor, RateLimitError);
      assert.deepEqual([error.code, error.status], ["RATE_LIMITED", 429]);
    }
  });

  for (const status of [301, 302, 303, 307, 308]) {
    test(`of ${status} is an error: a redirect is never followed`, async () => {
      const error = await errorOf(text(null, { status, headers: { location: "https://elsewhere.example/" } }));
      assert.deepEqual([error.constructor, error.code, error.status], [ServerError, "UNEXPECTED_RESPONSE", status]);
    });
  }

  test("that is an opaque redirect has no status to tell", async () => {
    const error = await errorOf(opaqueRedirect());
    assert.deepEqual([error.constructor, error.code], [ServerError, "UNEXPECTED_RESPONSE"]);
    assert.ok(!("status" in error));
  });

  test("that was got by a redirect is an error, though it looks right", async () => {
    const response = Object.defineProperty(json([]), "redirected", { value: true });
    assert.equal((await errorOf(response)).code, "UNEXPECTED_RESPONSE");
  });
});
