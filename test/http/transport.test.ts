import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { describe, test } from "node:test";
import type { Operation } from "../../src/http/operation.ts";
import {
  AccountError,
  NetworkError,
  RateLimitError,
  ServerError,
  SessionError,
  TimeoutError,
  type DexcomError,
} from "../../src/errors.ts";
import type { DexcomEvent } from "../../src/events.ts";
import { elapsedMs } from "../../src/clock.ts";
import { VirtualClock } from "../../src/simulator/clock/virtual-clock.ts";
import { Transport, type TransportOptions } from "../../src/http/transport.ts";
import type { OperationRow, Repetition } from "../../src/wire/operations.ts";
import { buildRequest } from "../../src/wire/request.ts";
import { fault, json, page, text } from "../support/answers.ts";
import { everythingOf } from "../support/everything.ts";
import { neverCalled } from "../support/never-called.ts";
import { hang, scriptedFetch, stall, type ScriptedFetch, type Step } from "../support/scripted-fetch.ts";

const RETRY = {
  retries: 3,
  baseDelayMs: 200,
  maxDelayMs: 4000,
  jitter: false,
  retryOnStatuses: [429, 500, 502, 503, 504],
};
/** An operation of one argument, in the body. */
const operationOf = (path: OperationRow["path"], repetition: Repetition): Operation<unknown> => ({
  request: buildRequest({ path, body: ["sessionId"], repetition }, { sessionId: "secret" }),
  parse: (value) => value,
});
const READ = operationOf("Publisher/Read", "read");
const LOGIN = operationOf("General/Login", "login");

interface Bench {
  readonly clock: VirtualClock;
  readonly script: ScriptedFetch;
  readonly events: readonly DexcomEvent[];
  /** When each request was sent, in milliseconds from the start. */
  readonly times: readonly number[];
  /** Sends an operation and moves the clock until that is decided. */
  send(operation?: Operation<unknown>, limit?: { ms?: number; signal?: AbortSignal }): Promise<unknown>;
  /** Sends it without moving the clock. */
  begin(operation?: Operation<unknown>, limit?: { ms?: number; signal?: AbortSignal }): Promise<unknown>;
}

function bench(steps: readonly Step[], options: Partial<TransportOptions> = {}): Bench {
  const clock = new VirtualClock();
  const start = clock.now();
  const times: number[] = [];
  const events: DexcomEvent[] = [];
  const script = scriptedFetch(
    ...steps.map((step) => (request: Parameters<Extract<Step, (...a: never[]) => unknown>>[0]) => {
      times.push(clock.now() - start);
      if (step instanceof Error) throw step;
      return typeof step === "function" ? step(request) : step;
    }),
  );
  const transport = new Transport({
    servicesUrl: "https://service.example/ShareWebServices/Services/",
    fetch: script.fetch,
    clock,
    timeoutMs: 10_000,
    retry: RETRY,
    emit: (event) => events.push(event),
    isSecret: () => false,
    ...options,
  });
  const begin: Bench["begin"] = (operation = READ, { ms = 30_000, signal } = {}) =>
    transport.send(operation, { endsAtElapsedMs: elapsedMs(clock) + ms, signal });
  return { clock, script, events, times, begin, send: (...args) => clock.runUntil(begin(...args)) };
}

describe("a request", () => {
  test("is a POST of JSON to the operation's place, with nothing secret in the address", async () => {
    const { script, send } = bench([json("answer")]);
    assert.equal(await send(), "answer");
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

  test("goes out by the global fetch of that moment where none was given", async (t) => {
    const { send } = bench([], { fetch: undefined });
    for (const answer of [1, 2]) {
      t.mock.method(globalThis, "fetch", async () => json(answer));
      assert.equal(await send(), answer);
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

describe("a failed attempt", () => {
  for (const [what, step] of [
    ["a lost connection", new TypeError("fetch failed")],
    ["500 with a page", page(500)],
    ["502", page(502)],
    ["503", page(503)],
    ["504", page(504)],
    ["an unknown fault", fault("SomethingNew")],
  ] as const) {
    test(`is made again after ${what}, each time later`, async () => {
      const steps = [1, 2].map(() => (step instanceof Response ? () => step.clone() : step));
      const { times, events, send } = bench([...steps, json("at last")]);
      assert.equal(await send(), "at last");
      assert.deepEqual(times, [0, 200, 600]);
      assert.deepEqual(
        events.map((event) => event.type === "retry" && [event.operation, event.attempt, event.delayMs]),
        [
          ["Publisher/Read", 1, 200],
          ["Publisher/Read", 2, 400],
        ],
      );
    });
  }

  test("is the last one after three, and nobody sleeps after it", async () => {
    const { clock, times, events, send } = bench([page(503), page(503), page(502), json(1)]);
    const start = clock.now();
    await assert.rejects(send(), (error: ServerError) => error.status === 502 && error.attempts === 3);
    assert.deepEqual(times, [0, 200, 600]);
    assert.equal(clock.now() - start, 600);
    assert.equal(events.length, 2);
  });

  for (const retries of [0, 1]) {
    test(`is the only one with retries ${retries}`, async () => {
      const { times, send } = bench([page(503), json(1)], { retry: { ...RETRY, retries } });
      await assert.rejects(send(), ServerError);
      assert.deepEqual(times, [0]);
    });
  }

  test("is not made again after a refusal, a dead session, a bad argument, a 4xx, a redirect or no JSON", async () => {
    const finals = [
      fault("AccountPasswordInvalid"),
      fault("SSO_AuthenticateMaxAttemptsExceeded"),
      fault("SessionNotValid"),
      fault("InvalidArgument"),
      page(403),
      page(423),
      text(null, { status: 302 }),
      text(""),
    ];
    for (const answer of finals) {
      const { times, send } = bench([answer, json(1)]);
      await assert.rejects(send());
      assert.deepEqual(times, [0]);
    }
  });

  test("waits a second at least after a 429", async () => {
    const { times, send } = bench([page(429), page(429), json(1)]);
    await send();
    assert.deepEqual(times, [0, 1000, 2000]);
  });

  test("draws its waits at random where jitter is on", async (t) => {
    t.mock.method(Math, "random", () => 0.25);
    const { times, send } = bench([page(503), page(503), json(1)], { retry: { ...RETRY, jitter: true } });
    await send();
    assert.deepEqual(times, [0, 50, 150]);
  });

  test("is the last where its wait would reach the deadline", async () => {
    const { times, clock, send } = bench([page(503), json(1)]);
    const start = clock.now();
    await assert.rejects(send(READ, { ms: 200 }), (error: ServerError) => error.status === 503);
    assert.deepEqual(times, [0]);
    assert.equal(clock.now(), start);
  });

  test("of a login is made again once where the answer was lost", async () => {
    const lost = new TypeError("fetch failed");
    const { times, send } = bench([lost, lost, json(1)]);
    await assert.rejects(send(LOGIN), (error: NetworkError) => error.attempts === 2);
    assert.deepEqual(times, [0, 200]);
  });

  test("asks before each post of a login whether it may be made", async () => {
    let asked = 0;
    const stop = new AccountError("LOCKED_OUT", "m");
    const beforePost = (): void => {
      if (++asked === 2) throw stop;
    };
    const { times, send } = bench([page(503), json(1)]);
    await assert.rejects(send({ ...LOGIN, beforePost }), (error) => error === stop);
    assert.deepEqual(times, [0]);
  });
});

describe("no answer", () => {
  test("is a NetworkError with the runtime's names for it and nothing else of what it says", async () => {
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
      assert.doesNotMatch(everythingOf(error), /canary/);
      return true;
    });
  });

  test("takes for a name only what is one from end to end", async () => {
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
          assert.doesNotMatch(everythingOf(error), /canary/i);
          return true;
        },
      );
    }
  });

  test("is a NetworkError where fetch throws before it returns, or gives no answer", async () => {
    const sync = (() => {
      throw new TypeError("Illegal invocation");
    }) as never;
    for (const fetch of [sync, (async () => undefined) as never]) {
      await assert.rejects(bench([], { fetch, retry: { ...RETRY, retries: 1 } }).send(), NetworkError);
    }
  });

  test("is a NetworkError where the body breaks off", async () => {
    const broken = (): Response =>
      new Response(new ReadableStream({ pull: () => Promise.reject(new TypeError("terminated")) }));
    const { times, send } = bench([broken, json("whole")]);
    assert.equal(await send(), "whole");
    assert.deepEqual(times, [0, 200]);
  });
});

describe("the time of one attempt", () => {
  for (const [what, step] of [
    ["no headers come", stall],
    ["fetch ignores its signal", hang],
    [
      "the body stalls",
      () =>
        new Response(new ReadableStream({ start: (controller) => controller.enqueue(new TextEncoder().encode("[")) })),
    ],
  ] as const) {
    test(`ends where ${what}, and another is made`, async () => {
      const { times, events, send } = bench([step, json("second")], { timeoutMs: 7000 });
      assert.equal(await send(), "second");
      assert.deepEqual(times, [0, 7200]);
      const [event] = events;
      assert.ok(event?.type === "retry" && event.error instanceof TimeoutError);
      assert.equal(event.error.code, "ATTEMPT_TIMED_OUT");
      assert.equal(event.error.attempts, 1);
      assert.match(event.error.message, /7000 ms/);
    });
  }

  test("starts anew with each attempt, and its signal is the attempt's own", async () => {
    const { script, send } = bench([stall, stall, json(1)], { timeoutMs: 3000 });
    await send();
    const signals = script.requests.map(({ signal }) => signal);
    assert.equal(new Set(signals).size, 3);
    assert.deepEqual(
      signals.map(({ aborted }) => aborted),
      [true, true, false],
    );
  });

  test("cancels the body that stalls", async () => {
    let cancelled = 0;
    const stalled = (): Response => new Response(new ReadableStream({ cancel: () => void cancelled++ }));
    await bench([stalled, json(1)]).send();
    assert.equal(cancelled, 1);
  });
});

describe("the deadline of a call", () => {
  test("ends an attempt, and no other is made", async () => {
    const { clock, times, send } = bench([stall, json(1)]);
    const start = clock.now();
    await assert.rejects(send(READ, { ms: 4000 }), (error: TimeoutError) => error.code === "DEADLINE_EXCEEDED");
    assert.equal(clock.now() - start, 4000);
    assert.deepEqual(times, [0]);
  });

  test("lies over all attempts and waits", async () => {
    const { clock, times, send } = bench([stall, stall, stall], { timeoutMs: 5000 });
    const start = clock.now();
    await assert.rejects(send(READ, { ms: 12_000 }), (error: TimeoutError) => error.code === "DEADLINE_EXCEEDED");
    assert.equal(clock.now() - start, 12_000);
    assert.deepEqual(times, [0, 5200, 10_600]);
  });

  test("that has passed lets nothing be sent", async () => {
    const { send, script } = bench([json(1)]);
    await assert.rejects(send(READ, { ms: 0 }), TimeoutError);
    assert.equal(script.requests.length, 0);
  });
});

describe("the service's own wait", () => {
  test("is waited for in full, however long our own would be", async () => {
    const { times, send } = bench([page(503, { "retry-after": "20" }), json(1)], {
      retry: { ...RETRY, maxDelayMs: 10 },
    });
    await send();
    assert.deepEqual(times, [0, 20_000]);
  });

  test("may be none", async () => {
    const { times, send } = bench([page(429, { "retry-after": "0" }), json(1)]);
    await send();
    assert.deepEqual(times, [0, 0]);
  });

  test("as a date is measured by the service's clock, though ours is a year off", async () => {
    const headers = { date: "Wed, 01 Jan 2025 12:00:00 GMT", "retry-after": "Wed, 01 Jan 2025 12:00:09 GMT" };
    const { times, send } = bench([page(503, headers), json(1)]);
    await send();
    assert.deepEqual(times, [0, 9000]);
  });

  test("that is unreadable is none: our own is taken", async () => {
    const { times, send } = bench([page(503, { "retry-after": "a while" }), json(1)]);
    await send();
    assert.deepEqual(times, [0, 200]);
  });

  for (const seconds of [30, 31, 3600, 10_000_000]) {
    test(`of ${seconds} s does not fit into a call of 30 s: it ends at once and says so`, async () => {
      const { clock, times, send } = bench([page(503, { "retry-after": String(seconds) }), json(1)]);
      const start = clock.now();
      await assert.rejects(
        send(),
        (error: ServerError) => error.retryAfterMs === seconds * 1000 && error.attempts === 1,
      );
      assert.deepEqual(times, [0]);
      assert.equal(clock.now(), start);
    });
  }

  test("holds for later calls: they fail at once, with what is left, until it is over", async () => {
    const { clock, times, send } = bench([page(429, { "retry-after": "100" }), json("again")]);
    await assert.rejects(send(), RateLimitError);
    await clock.advance(40_000);
    await assert.rejects(send(), (error: RateLimitError) => {
      assert.equal(error.constructor, RateLimitError);
      assert.deepEqual([error.retryAfterMs, error.attempts, error.status], [60_000, 0, 429]);
      return true;
    });
    // It ends within this call's time, but a call has ended over it: who asks is told.
    await clock.advance(59_999);
    await assert.rejects(send(), (error: RateLimitError) => error.retryAfterMs === 1);
    await clock.advance(1);
    assert.equal(await send(), "again");
    assert.deepEqual(times, [0, 100_000]);
  });

  test("holds for calls that are made meanwhile: they wait too, where it fits", async () => {
    const { clock, times, begin } = bench([page(503, { "retry-after": "10" }), json("a"), json("b")]);
    const first = begin();
    await clock.advance(3000);
    const second = begin();
    const short = begin(READ, { ms: 5000 });
    await assert.rejects(
      clock.runUntil(short),
      (error: ServerError) => error.retryAfterMs === 7000 && error.attempts === 0,
    );
    assert.deepEqual(new Set(await clock.runUntil(Promise.all([first, second]))), new Set(["a", "b"]));
    assert.deepEqual(times, [0, 10_000, 10_000]);
  });

  test("holds after the last attempt as well", async () => {
    const { clock, times, send } = bench([page(503, { "retry-after": "5" }), json(1)], {
      retry: { ...RETRY, retries: 1 },
    });
    await assert.rejects(send(), (error: ServerError) => error.retryAfterMs === 5000);
    await assert.rejects(send(), (error: ServerError) => error.retryAfterMs === 5000 && error.attempts === 0);
    await clock.advance(5000);
    await send();
    assert.deepEqual(times, [0, 5000]);
  });

  for (const [code, status] of [
    ["AccountPasswordInvalid", 500],
    ["SSO_AuthenticateMaxAttemptsExceeed", 200],
    ["InvalidArgument", 503],
    ["SomethingNew", 503],
  ] as const) {
    test(`holds if it comes with ${code} and status ${status} too`, async () => {
      const answer = fault(code, "", { status, headers: { "retry-after": "60" } });
      const { clock, times, send } = bench([answer, json(1)]);
      const first = await send().catch((error: unknown) => error as DexcomError);
      await clock.advance(50_000);
      await assert.rejects(send(), (again: DexcomError) => {
        const { code, message, name, status } = first as DexcomError;
        assert.deepEqual(
          [again.constructor, again.code, again.message, again.name, again.status],
          [first!.constructor, code, message, name, status],
        );
        assert.deepEqual([again.retryAfterMs, again.attempts], [10_000, 0]);
        return true;
      });
      await clock.advance(10_000);
      await send();
      assert.deepEqual(times, [0, 60_000]);
    });
  }

  test("holds after a dead session for the login that follows, which waits where that fits", async () => {
    const dead = (): Response => fault("SessionNotValid", "", { status: 429, headers: { "retry-after": "5" } });
    const { clock, times, send } = bench([dead(), json("login"), dead()]);
    await assert.rejects(send(), SessionError);
    assert.equal(await send(LOGIN), "login");
    await assert.rejects(send(), SessionError);
    await assert.rejects(
      send(LOGIN, { ms: 5000 }),
      (error: SessionError) => error.constructor === SessionError && error.retryAfterMs === 5000,
    );
    assert.deepEqual(times, [0, 5000, 5000]);
    assert.equal(clock.sleeping, 0);
  });

  test("holds for the longer of two", async () => {
    const { clock, times, begin, send } = bench([
      page(503, { "retry-after": "60" }),
      page(503, { "retry-after": "40" }),
      json(1),
    ]);
    const both = Promise.allSettled([begin(), begin()]);
    await clock.runUntil(both);
    await clock.advance(50_000);
    await assert.rejects(send(), (error: ServerError) => error.retryAfterMs === 10_000);
    await clock.advance(10_000);
    await send();
    assert.deepEqual(times, [0, 0, 60_000]);
  });

  for (const seconds of [4_320_000, 99_999_999_999]) {
    test(`of ${seconds} seconds is reported as told and kept for a day`, async () => {
      const { clock, script, send } = bench([page(503, { "retry-after": String(seconds) }), json("again")]);
      await assert.rejects(send(), (error: ServerError) => error.retryAfterMs === seconds * 1000);
      await clock.advance(86_400_000 - 1);
      await assert.rejects(send(), (error: ServerError) => error.retryAfterMs === 1);
      assert.equal(script.requests.length, 1);
      await clock.advance(1);
      assert.equal(await send(), "again");
    });
  }

  test("is over when its time has elapsed, whatever the wall clock says", async () => {
    for (const jumpMs of [86_400_000, -86_400_000]) {
      const { clock, script, send } = bench([page(429, { "retry-after": "60" }), json("again")]);
      await assert.rejects(send(READ, { ms: 5000 }), RateLimitError);
      clock.setNow(clock.now() + jumpMs);
      await clock.advance(59_999);
      await assert.rejects(send(READ, { ms: 1 }), (error: RateLimitError) => error.retryAfterMs === 1);
      await clock.advance(1);
      assert.equal(await send(), "again");
      assert.equal(script.requests.length, 2);
    }
  });
});

describe("an abort", () => {
  const REASON = { mine: true };
  const isMine = (thrown: unknown): boolean => thrown === REASON;

  test("before the call sends nothing", async () => {
    const { script, send } = bench([json(1)]);
    await assert.rejects(send(READ, { signal: AbortSignal.abort(REASON) }), isMine);
    assert.equal(script.requests.length, 0);
  });

  for (const [where, step] of [
    ["a request", stall],
    ["a request whose fetch ignores its signal", hang],
    ["a body", () => new Response(new ReadableStream())],
    ["a back-off", page(503)],
    ["a wait that the service asked for", page(503, { "retry-after": "20" })],
  ] as const) {
    test(`during ${where} ends the call at once with the reason itself`, async () => {
      const { clock, script, begin } = bench([step, neverCalled]);
      const controller = new AbortController();
      const start = clock.now();
      const call = begin(READ, { signal: controller.signal });
      await clock.advance(100);
      controller.abort(REASON);
      await assert.rejects(call, isMine);
      assert.equal(clock.now() - start, 100);
      assert.equal(clock.sleeping, 0);
      assert.equal(getEventListeners(controller.signal, "abort").length, 0);
      await clock.advance(100_000);
      assert.equal(script.requests.length, 1);
    });
  }

  test("while others wait out the same leaves them waiting", async () => {
    const { clock, begin } = bench([page(503, { "retry-after": "10" }), json("a"), json("b")]);
    const controller = new AbortController();
    const first = begin();
    await clock.advance(1);
    const leaving = begin(READ, { signal: controller.signal });
    const staying = begin();
    await clock.advance(1);
    controller.abort(REASON);
    await assert.rejects(leaving, isMine);
    await clock.runUntil(Promise.all([first, staying]));
  });

  test("in the moment an attempt fails is the reason, not the failure", async () => {
    const controller = new AbortController();
    const aborting = (): never => {
      controller.abort(REASON);
      throw new TypeError("fetch failed");
    };
    await assert.rejects(bench([aborting]).send(READ, { signal: controller.signal }), isMine);
  });
});
