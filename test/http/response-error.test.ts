import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { readResponse } from "../../src/http/response.ts";
import { DexcomError, ServerError, type DexcomErrorCode } from "../../src/errors.ts";
import { json, fault, faultBody, page, SESSION_ID, text, TRACE_ID } from "../support/responses.ts";
import { body, context, errorOf, operation } from "./read-response.ts";

describe("the details of a response in an error", () => {
  test("include the service's code only if it looks like one", async () => {
    for (const [code, isShown] of [
      ["SessionNotValid", true],
      ["Something_New", true],
      ["x", true],
      ["", false],
      ["Two words", false],
      ["Code1", false],
      [SESSION_ID, false],
      ["<b>", false],
      ["a".repeat(61), false],
      ["SomePassword", false],
    ] as const) {
      const error = await errorOf(fault(code));
      assert.equal(error.serverCode, isShown ? code : undefined);
      assert.equal("serverCode" in error, isShown);
    }
  });

  test("include a trace id only if it has the form of one and was not sent with the request", async () => {
    for (const [traceId, isShown] of [
      [TRACE_ID, true],
      ["abc", false],
      ["SomePassword", false],
      [SESSION_ID, false],
    ] as const) {
      const error = await errorOf(page(500, { "x-trace-id": traceId }));
      assert.equal(error.traceId, isShown ? traceId : undefined);
    }
  });

  test("never include the service's own message", async () => {
    const canary = "canary";
    for (const code of [
      "SessionIdNotFound",
      "SessionNotValid",
      "AccountPasswordInvalid",
      "SSO_InternalError",
      "InvalidArgument",
      "New",
    ]) {
      const error = await errorOf(
        json({ ...faultBody(code, canary), SubCode: canary, TypeName: canary, More: canary }, { status: 500 }),
      );
      assert.doesNotMatch(JSON.stringify(error) + String(error.stack), /canary/);
    }
  });

  test("include the requested wait with 429, 503 and a refusal, and with no other response", async () => {
    for (const response of [
      page(503, { "retry-after": "7" }),
      fault("AccountPasswordInvalid", "", { headers: { "retry-after": "7" } }),
      fault("SSO_AuthenticateMaxAttemptsExceeed", "", { status: 200, headers: { "retry-after": "7" } }),
      fault("New", "", { status: 503, headers: { "retry-after": "7" } }),
      page(429, { "retry-after": "7" }),
    ]) {
      assert.equal((await errorOf(response)).retryAfterMs, 7000);
    }
    assert.ok(!("retryAfterMs" in (await errorOf(page(503)))));
    assert.ok(!("retryAfterMs" in (await errorOf(page(503, { "retry-after": "later" })))));
    for (const response of [
      text("", { headers: { "retry-after": "7" } }),
      fault("New", "", { headers: { "retry-after": "7" } }),
      fault("SessionNotValid", "", { headers: { "retry-after": "7" } }),
      page(404, { "retry-after": "99999999999" }),
      page(502, { "retry-after": "7" }),
    ]) {
      assert.ok(!("retryAfterMs" in (await errorOf(response))));
    }
  });

  test("complete the errors that the operation itself throws", async () => {
    const codes: DexcomErrorCode[] = [];
    const refusing: typeof operation = {
      ...operation,
      parse: (value, details) => {
        codes.push("DEFAULT_ID");
        throw new ServerError("DEFAULT_ID", String(value), details());
      },
    };
    const response = json("x");
    const text = await body(response);
    assert.throws(
      () => readResponse(response, text, { operation: refusing, context: context(3) }),
      (error: DexcomError) => error.traceId === TRACE_ID && error.attempts === 3 && error.status === 200,
    );
    assert.equal(codes.length, 1);
  });
});
