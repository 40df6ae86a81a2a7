import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { describe, test } from "node:test";
import { NetworkError } from "../../src/errors.ts";
import { json, page } from "../support/responses.ts";
import { assertSecretFree } from "../support/secret-search.ts";
import { type ScriptedFetch } from "../support/scripted-fetch.ts";
import { bench, READ, RETRY } from "./transport-bench.ts";

describe("a request", () => {
  test("is a POST of JSON to the operation's place, with nothing secret in the address", async () => {
    const { script, send } = bench([json("response")]);
    assert.equal(await send(), "response");
    const [{ url, init }] = script.requests as [ScriptedFetch["requests"][number]];
    assert.equal(url, "https://service.example/ShareWebServices/Services/Publisher/Read");
    assert.equal(init.method, "POST");
    assert.equal(init.redirect, "manual");
    assert.deepEqual(init.headers, { "Content-Type": "application/json", Accept: "application/json" });
    assert.equal(init.body, '{"sessionId":"secret"}');
  });

  test("goes out by an unbound fetch", async () => {
    const seen: unknown[] = [];
    const fetch = function (this: unknown): Promise<Response> {
      seen.push(this);
      return Promise.resolve(json(1));
    };
    await bench([], { fetch }).send();
    assert.deepEqual(seen, [undefined]);
  });

  test("goes out by the global fetch of that moment if no fetch was given", async (t) => {
    const { send } = bench([], { fetch: undefined });
    for (const response of [1, 2]) {
      t.mock.method(globalThis, "fetch", async () => json(response));
      assert.equal(await send(), response);
    }
  });

  test("leaves nothing behind: no timer, no listener", async () => {
    const { signal } = new AbortController();
    const { clock, send } = bench([page(503), new TypeError("fetch failed"), json(1)]);
    await send(READ, { signal });
    assert.equal(clock.sleeping, 0);
    assert.equal(getEventListeners(signal, "abort").length, 0);
  });
});

describe("a request without a response", () => {
  test("is a NetworkError with the names of the runtime's errors and nothing of their texts", async () => {
    const cause = Object.assign(new Error("connect ECONNREFUSED 10.0.0.1:443 canary"), {
      code: "ECONNREFUSED",
      url: "canary",
      headers: { canary: 1 },
    });
    const thrown = new TypeError("fetch failed https://canary.example/?sessionId=canary", { cause });
    const { send } = bench([thrown, thrown, thrown]);
    await assert.rejects(send(), (error: NetworkError) => {
      assert.equal(error.constructor, NetworkError);
      assert.equal(error.code, "NETWORK_FAILED");
      assert.equal(error.attempts, 3);
      assert.equal((error.cause as Error).message, "TypeError Error ECONNREFUSED");
      assertSecretFree(error, ["canary"]);
      return true;
    });
  });

  test("accepts a name only if it has the form of one from end to end", async () => {
    const named = (name: string, code: string): Error => Object.assign(new Error("x"), { name, code });
    const { send } = bench([named("at 5e551 Canary", "CANARY 5e551"), named("Canary-1", "a_CANARY")], {
      retry: { ...RETRY, retries: 2 },
    });
    await assert.rejects(send(), (error: NetworkError) => {
      assert.equal((error.cause as Error).message, "unknown");
      return true;
    });
  });

  test("that is the caller's own abort is passed on and not tried again, whatever was given for a reason", async () => {
    const controller = new AbortController();
    const reason = new NetworkError("NETWORK_FAILED", "the caller's own");
    const fetch: typeof globalThis.fetch = async () => {
      controller.abort(reason);
      throw new TypeError("fetch failed");
    };
    const { send, events } = bench([], { fetch });
    await assert.rejects(send(undefined, { signal: controller.signal }), (error) => error === reason);
    assert.deepEqual(events, []);
  });

  test("is a NetworkError whatever fetch throws", async () => {
    const circular = new Error("x");
    circular.cause = circular;
    const nested = Array.from({ length: 50 }).reduce<Error>(
      (cause) => new Error("x", { cause }),
      Object.assign(new Error(), { code: "CANARY" }),
    );
    for (const thrown of [
      undefined,
      null,
      "canary",
      5,
      { code: "canary" },
      circular,
      nested,
      Object.assign(new Error("x"), { code: 5, name: "" }),
    ]) {
      const throwing = async (): Promise<never> => {
        throw thrown;
      };
      await assert.rejects(
        bench([], { fetch: throwing, retry: { ...RETRY, retries: 1 } }).send(),
        (error: NetworkError) => {
          assert.equal(error.constructor, NetworkError);
          assertSecretFree(error, ["canary"]);
          return true;
        },
      );
    }
  });

  test("is a NetworkError if fetch throws synchronously or resolves without a response", async () => {
    const sync = (() => {
      throw new TypeError("Illegal invocation");
    }) as never;
    for (const fetch of [sync, (async () => undefined) as never]) {
      await assert.rejects(bench([], { fetch, retry: { ...RETRY, retries: 1 } }).send(), NetworkError);
    }
  });

  test("is a NetworkError if the body breaks off", async () => {
    const broken = (): Response =>
      new Response(new ReadableStream({ pull: () => Promise.reject(new TypeError("terminated")) }));
    const { times, send } = bench([broken, json("whole")]);
    assert.equal(await send(), "whole");
    assert.deepEqual(times, [0, 200]);
  });
});
