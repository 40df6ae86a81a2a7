import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Operation } from "../../src/http/operation.ts";
import { readBody, readResponse, type ResponseContext } from "../../src/http/response.ts";
import {
  AccountError,
  ArgumentError,
  DexcomError,
  RateLimitError,
  ServerError,
  SessionError,
  type DexcomErrorCode,
} from "../../src/errors.ts";
import { VirtualClock } from "../../src/simulator/clock/virtual-clock.ts";
import {
  json,
  fault,
  faultBody,
  opaqueRedirect,
  page,
  SESSION_ID,
  text,
  TRACE_ID,
  type AnswerOptions,
} from "../support/answers.ts";

const clock = new VirtualClock();
const MEBIBYTE = 1_048_576;
const SENT = { sessionId: SESSION_ID, password: "SomePassword", minutes: 5 };
const operation: Pick<Operation<unknown>, "read" | "parse"> = { parse: (value) => ({ parsed: value }) };
const isSecret = (candidate: string): boolean => JSON.stringify(SENT).toLowerCase().includes(candidate.toLowerCase());
const context = (attempts: number): ResponseContext => ({ attempts, clock, isSecret });

const body = (response: Response, signal: AbortSignal = new AbortController().signal): Promise<string | undefined> =>
  readBody(response, signal, () => undefined);

async function read(response: Response, attempts = 1): Promise<unknown> {
  return readResponse(response, await body(response), { operation, context: context(attempts) });
}

/** The error that an answer makes. */
async function errorOf(response: Response, attempts?: number): Promise<DexcomError> {
  try {
    await read(response, attempts);
  } catch (error) {
    assert.ok(error instanceof DexcomError, String(error));
    return error;
  }
  throw new Error("taken after all");
}

const STATUSES = [200, 201, 400, 401, 403, 404, 423, 429, 500, 502, 503, 504, 520];

describe("an answer", () => {
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
      (o: AnswerOptions) => text("", o),
      "INVALID_JSON",
      "Invalid or malformed JSON in server response",
    ],
    [
      "no body at all",
      (o: AnswerOptions) => text(null, o),
      "INVALID_JSON",
      "Invalid or malformed JSON in server response",
    ],
    [
      "an HTML page",
      (o: AnswerOptions) => text("<!DOCTYPE html><html></html>", o),
      "INVALID_JSON",
      "Invalid or malformed JSON in server response",
    ],
    [
      "a word",
      (o: AnswerOptions) => text("Forbidden", o),
      "INVALID_JSON",
      "Invalid or malformed JSON in server response",
    ],
    [
      "JSON that is cut short",
      (o: AnswerOptions) => text('[{"WT":"Da', o),
      "INVALID_JSON",
      "Invalid or malformed JSON in server response",
    ],
    [
      "two values",
      (o: AnswerOptions) => text("[][]", o),
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

  test("with data is none where the status says that it failed", async () => {
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

describe("the body of an answer", () => {
  const inPieces = (pieces: readonly Uint8Array<ArrayBuffer>[], cancel = (): void => undefined): Response =>
    new Response(
      new ReadableStream<Uint8Array>({
        pull(controller) {
          const piece = pieces[given++];
          if (piece) controller.enqueue(piece);
          else controller.close();
        },
        cancel,
      }),
    );
  let given = 0;

  test("is read to the end, also in pieces that cut characters apart", async () => {
    const bytes = new TextEncoder().encode(JSON.stringify(["Grüße, 血糖, 🩸"]));
    for (const size of [1, 2, 3, 5, bytes.length]) {
      given = 0;
      const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
        bytes.slice(i * size, (i + 1) * size),
      );
      assert.equal(await body(inPieces(pieces)), '["Grüße, 血糖, 🩸"]');
    }
  });

  test("is put together without a Blob: browsers read those in another process, and meanwhile a virtual clock runs on", async (t) => {
    t.mock.method(Blob.prototype, "text", () => new Promise<never>(() => undefined));
    for (const [text, ...pieces] of [[""], ['["one"]', '["one', '"]']]) {
      given = 0;
      const reading = body(inPieces(pieces.map((piece) => new TextEncoder().encode(piece))));
      assert.equal(await Promise.race([reading, new Promise((resolve) => setImmediate(resolve, "a Blob"))]), text);
    }
  });

  test("is a mebibyte at most", async () => {
    const most = new Uint8Array(MEBIBYTE).fill(32);
    assert.equal((await body(text(most)))?.length, MEBIBYTE);
    assert.equal(await body(text(new Uint8Array(MEBIBYTE + 1).fill(32))), undefined);
  });

  test("is cancelled, not read on, where it grows beyond that", async () => {
    given = 0;
    let cancelled = 0;
    const pieces = Array.from({ length: 1000 }, () => new Uint8Array(100_000).fill(32));
    assert.equal(await body(inPieces(pieces, () => void cancelled++)), undefined);
    assert.equal(cancelled, 1);
    assert.ok(given < 15, `${given} pieces were taken`);
  });

  test("of such a size is no data, with any status", async () => {
    for (const status of [200, 500]) {
      const error = await errorOf(text(new Uint8Array(MEBIBYTE + 1).fill(32), { status }));
      assert.deepEqual([error.constructor, error.code, error.status], [ServerError, "UNEXPECTED_RESPONSE", status]);
    }
  });

  test("of such a size is not shown to an operation that reads other than JSON", () => {
    const own = { ...operation, read: (shown: string) => shown.trim() };
    assert.throws(
      () => readResponse(text(""), undefined, { operation: own, context: context(1) }),
      (error: DexcomError) => error.code === "UNEXPECTED_RESPONSE",
    );
  });

  test("is text where the runtime gives no stream", async () => {
    const response = { body: undefined, text: async () => "[]" } as unknown as Response;
    assert.equal(await body(response), "[]");
  });

  test("is cancelled when the work is stopped, also if that was before it came", async () => {
    let cancelled = 0;
    const stalled = (): Response => new Response(new ReadableStream({ cancel: () => void cancelled++ }));
    let stop: (() => void) | undefined;
    const reading = readBody(stalled(), new AbortController().signal, (callback) => (stop = callback));
    stop?.();
    await reading;
    assert.equal(cancelled, 1);
    await readBody(stalled(), AbortSignal.abort(), () => undefined);
    assert.equal(cancelled, 2);
  });

  test("that breaks fails, and a failing cancel is nobody's", async () => {
    await assert.rejects(
      body(new Response(new ReadableStream({ pull: () => Promise.reject(new TypeError("terminated")) }))),
      TypeError,
    );
    const stubborn = new ReadableStream({
      cancel: () => {
        throw new Error("will not");
      },
    });
    await readBody(new Response(stubborn), AbortSignal.abort(), () => undefined);
  });
});

describe("what an error tells of an answer", () => {
  test("is the service's code only where it looks like one", async () => {
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

  test("is a trace id only where it has the form of one and is nothing that was sent", async () => {
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

  test("is never the service's own message", async () => {
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

  test("has the wait that was asked for with 429, 503 and a refusal, and with no other response", async () => {
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

  test("completes what the operation itself refuses", async () => {
    const codes: DexcomErrorCode[] = [];
    const refusing: typeof operation = {
      ...operation,
      parse: (value, details) => {
        codes.push("DEFAULT_ID");
        throw new ServerError("DEFAULT_ID", String(value), details());
      },
    };
    const response = json("x");
    const answer = await body(response);
    assert.throws(
      () => readResponse(response, answer, { operation: refusing, context: context(3) }),
      (error: DexcomError) => error.traceId === TRACE_ID && error.attempts === 3 && error.status === 200,
    );
    assert.equal(codes.length, 1);
  });
});
