import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { AccountError, NetworkError, ServerError } from "../../src/errors.ts";
import { fault, json, page, text } from "../support/responses.ts";
import { bench, LOGIN, READ, RETRY } from "./transport-bench.ts";

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
    for (const response of finals) {
      const { times, send } = bench([response, json(1)]);
      await assert.rejects(send());
      assert.deepEqual(times, [0]);
    }
  });

  test("waits a second at least after a 429", async () => {
    const { times, send } = bench([page(429), page(429), json(1)]);
    await send();
    assert.deepEqual(times, [0, 1000, 2000]);
  });

  test("draws its waits at random if jitter is on", async (t) => {
    t.mock.method(Math, "random", () => 0.25);
    const { times, send } = bench([page(503), page(503), json(1)], { retry: { ...RETRY, jitter: true } });
    await send();
    assert.deepEqual(times, [0, 50, 150]);
  });

  test("is the last one if its wait would reach the deadline", async () => {
    const { times, clock, send } = bench([page(503), json(1)]);
    const start = clock.now();
    await assert.rejects(send(READ, { ms: 200 }), (error: ServerError) => error.status === 503);
    assert.deepEqual(times, [0]);
    assert.equal(clock.now(), start);
  });

  test("of a login is made again once if the response was lost", async () => {
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
