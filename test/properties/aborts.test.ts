/** An abort ends a call at once, at every point of it, with the signal's own reason, and leaves nothing behind. */
import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { describe, test } from "node:test";
import { NetworkError } from "../../src/errors.ts";
import { ACCOUNT_ID, fault, json, OTHER_SESSION_ID, page, record, SESSION_ID } from "../support/responses.ts";
import { AUTHENTICATE, LOGIN, READ, scripted, simulated } from "../support/client.ts";
import { hang, stall, type Step } from "../support/scripted-fetch.ts";

const REASON = { mine: true };
const isMine = (thrown: unknown): boolean => thrown === REASON;
const stalledBody = (): Response =>
  new Response(new ReadableStream({ start: (controller) => controller.enqueue(new TextEncoder().encode("[")) }));
const dead = (): Response => fault("SessionNotValid");

/** Every point at which a call can be waiting; what was sent by then, and what the shared login may still send. */
const POINTS: readonly (readonly [where: string, steps: readonly Step[], sent: readonly string[]])[] = [
  ["the first login step", [stall], [AUTHENTICATE]],
  ["the second login step", [json(ACCOUNT_ID), stall], [AUTHENTICATE, LOGIN]],
  ["the body of a login's response", [json(ACCOUNT_ID), stalledBody], [AUTHENTICATE, LOGIN]],
  ["the back-off of a login", [page(503)], [AUTHENTICATE]],
  ["a login's wait that the service asked for", [page(429, { "retry-after": "20" })], [AUTHENTICATE]],
  ["the read", [json(ACCOUNT_ID), json(SESSION_ID), stall], [AUTHENTICATE, LOGIN, READ]],
  ["a read whose fetch ignores its signal", [json(ACCOUNT_ID), json(SESSION_ID), hang], [AUTHENTICATE, LOGIN, READ]],
  ["the body of the read's response", [json(ACCOUNT_ID), json(SESSION_ID), stalledBody], [AUTHENTICATE, LOGIN, READ]],
  ["the back-off of the read", [json(ACCOUNT_ID), json(SESSION_ID), page(503)], [AUTHENTICATE, LOGIN, READ]],
  [
    "the read's wait that the service asked for",
    [json(ACCOUNT_ID), json(SESSION_ID), page(503, { "retry-after": "9" })],
    [AUTHENTICATE, LOGIN, READ],
  ],
  [
    "the login after a dead session",
    [json(ACCOUNT_ID), json(SESSION_ID), dead, stall],
    [AUTHENTICATE, LOGIN, READ, LOGIN],
  ],
  [
    "the replay",
    [json(ACCOUNT_ID), json(SESSION_ID), dead, json(OTHER_SESSION_ID), stall],
    [AUTHENTICATE, LOGIN, READ, LOGIN, READ],
  ],
];

describe("an abort", () => {
  test("before the call sends nothing, and asks no cache", async () => {
    let asked = 0;
    const count = async (): Promise<null> => {
      asked++;
      return null;
    };
    const { script, dexcom } = scripted([], { cache: { get: count, set: count as never, clear: count as never } });
    const signal = AbortSignal.abort(REASON);
    for (const call of [
      () => dexcom.getGlucoseReadings(5, 1, { signal }),
      () => dexcom.getLatestGlucoseReading({ signal }),
      () => dexcom.getCurrentGlucoseReading({ signal }),
    ]) {
      await assert.rejects(call(), isMine);
    }
    assert.equal(script.requests.length, 0);
    assert.equal(asked, 0);
  });

  test("before the call begins no login either if the cache is our own", async () => {
    const { clock, script, dexcom } = scripted([]);
    await assert.rejects(dexcom.getLatestGlucoseReading({ signal: AbortSignal.abort(REASON) }), isMine);
    await clock.advance(60_000);
    assert.equal(script.requests.length, 0);
  });

  for (const [where, steps, sent] of POINTS) {
    test(`during ${where} ends the call at once with the reason itself`, async () => {
      // Each run needs steps of its own: a response's body can be read once.
      const { clock, script, dexcom } = scripted(steps, { accountId: undefined, username: "someone@example.com" });
      const controller = new AbortController();
      const start = clock.now();
      const call = dexcom.getLatestGlucoseReading({ signal: controller.signal });
      await clock.advance(150);
      assert.deepEqual(script.operations, sent);
      controller.abort(REASON);
      await assert.rejects(call, isMine);
      assert.equal(clock.now() - start, 150);
      assert.equal(getEventListeners(controller.signal, "abort").length, 0);
      // The login is nobody's own and goes on; a read is.
      if (sent.at(-1) === READ) {
        assert.equal(clock.sleeping, 0);
        await clock.advance(60_000);
        assert.deepEqual(script.operations, sent);
      }
    });
  }

  for (const [where, inject] of [
    ["the first login step", { operation: AUTHENTICATE, delayMs: 1000 }],
    ["the second login step", { operation: LOGIN, delayMs: 1000 }],
    ["the read", { operation: READ, delayMs: 1000 }],
    ["the read's body", { operation: READ, bodyDelayMs: 1000 }],
  ] as const) {
    test(`of one of three callers during ${where} is felt by that one alone`, async () => {
      const bench = simulated();
      bench.inject(inject);
      const controller = new AbortController();
      const leaving = bench.dexcom.getLatestGlucoseReading({ signal: controller.signal });
      const staying = [
        bench.dexcom.getLatestGlucoseReading(),
        bench.dexcom.getLatestGlucoseReading({ signal: new AbortController().signal }),
      ];
      await bench.clock.advance(500);
      controller.abort(REASON);
      await assert.rejects(leaving, isMine);
      assert.ok((await bench.run(Promise.all(staying))).every((reading) => reading !== undefined));
    });
  }

  test("without a reason is the runtime's own AbortError", async () => {
    const { clock, dexcom } = scripted([json(SESSION_ID), stall]);
    const controller = new AbortController();
    const call = dexcom.getLatestGlucoseReading({ signal: controller.signal });
    await clock.advance(1);
    controller.abort();
    await assert.rejects(
      call,
      (thrown) => thrown === controller.signal.reason && (thrown as DOMException).name === "AbortError",
    );
  });

  test("after the call has ended changes nothing", async () => {
    const { dexcom, run } = scripted([json(SESSION_ID), json([record()]), json([record()])]);
    const controller = new AbortController();
    assert.ok(await run(dexcom.getLatestGlucoseReading({ signal: controller.signal })));
    controller.abort(REASON);
    assert.ok(await run(dexcom.getLatestGlucoseReading()));
  });

  test("by a handler of events in the middle of a call is heeded", async () => {
    const controller = new AbortController();
    const { script, dexcom, run } = scripted([json(SESSION_ID), page(503), json([])], {
      onEvent: ({ type }) => {
        if (type === "retry") controller.abort(REASON);
      },
    });
    await assert.rejects(run(dexcom.getLatestGlucoseReading({ signal: controller.signal })), isMine);
    assert.deepEqual(script.operations, [LOGIN, READ]);
  });
});

describe("a long-lived signal", () => {
  test("has no listener left after a thousand calls, good and bad", async () => {
    const { signal } = new AbortController();
    const responses = Array.from({ length: 1000 }, (_, i): Step =>
      i % 3 === 0 ? page(403) : i % 3 === 1 ? json([]) : new TypeError("fetch failed"),
    );
    const { clock, script, dexcom, run } = scripted([json(SESSION_ID), ...responses], { retry: { retries: 1 } });
    let failed = 0;
    for (let call = 0; call < 1000; call++) {
      await run(dexcom.getLatestGlucoseReading({ signal }).catch((error: unknown) => (failed++, error)));
    }
    assert.equal(script.requests.length, 1001);
    assert.equal(failed, 667);
    assert.equal(getEventListeners(signal, "abort").length, 0);
    assert.equal(clock.sleeping, 0);
  });

  test("holds at most one listener a call while calls go on", async () => {
    const { signal } = new AbortController();
    const { clock, dexcom } = scripted([json(SESSION_ID), ...Array.from({ length: 5 }, () => stall)], {
      retry: { retries: 1 },
    });
    const calls = Promise.allSettled(Array.from({ length: 5 }, () => dexcom.getLatestGlucoseReading({ signal })));
    await clock.advance(100);
    assert.ok(getEventListeners(signal, "abort").length <= 5);
    const settled = await clock.runUntil(calls);
    assert.ok(settled.every((one) => one.status === "rejected" && one.reason instanceof NetworkError));
    assert.equal(getEventListeners(signal, "abort").length, 0);
  });
});
