import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { readBody, readResponse } from "../../src/http/response.ts";
import { DexcomError, ServerError } from "../../src/errors.ts";
import { text } from "../support/responses.ts";
import { body, context, errorOf, operation } from "./read-response.ts";

const MEBIBYTE = 1_048_576;

describe("the body of a response", () => {
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

  test("is cancelled if it grows beyond that", async () => {
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

  test("is read as text if the runtime gives no stream", async () => {
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
