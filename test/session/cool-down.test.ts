import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { NetworkError } from "../../src/errors.ts";
import { fault, json, SESSION_ID } from "../support/responses.ts";
import { AUTHENTICATE, LOGIN, PASSWORD, READ, scripted, simulated, USERNAME } from "../support/client.ts";
import { refusal } from "./refusal.ts";
import { read } from "./reads.ts";

const MINUTE_MS = 60_000;
const WRONG = { password: "not-the-password" };

describe("the cool-down of a refused password", () => {
  test("is 10 minutes and doubles up to an hour; then one post probes", async () => {
    const { simulator, clock, dexcom, run } = simulated(WRONG, { lockOutAfter: Infinity });
    for (const [probe, minutes] of [10, 20, 40, 60, 60, 60].entries()) {
      assert.equal((await refusal(run(read(dexcom)))).retryAfterMs, minutes * MINUTE_MS);
      assert.equal(simulator.requests.length, probe + 1);
      await clock.advance(minutes * MINUTE_MS - 1);
      assert.equal((await refusal(run(read(dexcom)))).retryAfterMs, 1);
      assert.equal(simulator.requests.length, probe + 1);
      await clock.advance(1);
    }
  });

  test("is never longer than an hour, nor forgotten, after days", async () => {
    const { clock, dexcom, run } = simulated(WRONG, { lockOutAfter: Infinity });
    await refusal(run(read(dexcom)));
    await clock.advance(3 * 86_400_000);
    const { retryAfterMs } = await refusal(run(read(dexcom)));
    assert.ok(retryAfterMs! >= 10 * MINUTE_MS && retryAfterMs! <= 60 * MINUTE_MS);
  });

  test("ends with one probe for all clients of the fetch", async () => {
    const { simulator, clock, dexcom, another, run } = simulated(WRONG, { lockOutAfter: Infinity });
    await refusal(run(read(dexcom)));
    await clock.advance(10 * MINUTE_MS);
    const clients = [dexcom, ...Array.from({ length: 9 }, () => another())];
    await run(Promise.all(clients.map((client) => refusal(read(client)))));
    assert.equal(simulator.requests.length, 2);
    await run(Promise.all(clients.map((client) => refusal(read(client)))));
    assert.equal(simulator.requests.length, 2);
  });

  test("is over for all once a probe is let in, and the next refusal begins with 10 minutes", async () => {
    const { simulator, clock, dexcom, another, run } = simulated(WRONG, { lockOutAfter: Infinity });
    for (const minutes of [10, 20]) {
      await refusal(run(read(dexcom)));
      await clock.advance(minutes * MINUTE_MS);
    }
    simulator.changePassword(USERNAME, WRONG.password);
    assert.ok(await run(read(dexcom)));
    assert.ok(await run(read(another())));
    simulator.changePassword(USERNAME, PASSWORD);
    assert.equal((await refusal(run(read(another())))).retryAfterMs, 10 * MINUTE_MS);
  });

  test("is followed by a cool-down of a minute if the probe gets no response", async () => {
    const { script, clock, dexcom, run } = scripted(
      [fault("AccountPasswordInvalid"), new TypeError("fetch failed"), json(SESSION_ID), json([])],
      {
        retry: { retries: 1 },
      },
    );
    await refusal(run(read(dexcom)));
    await clock.advance(10 * MINUTE_MS);
    await assert.rejects(run(read(dexcom)), NetworkError);
    await assert.rejects(run(read(dexcom)), { code: "LOGIN_UNDECIDED", retryAfterMs: MINUTE_MS, attempts: 0 });
    await clock.advance(MINUTE_MS);
    await run(read(dexcom));
    assert.deepEqual(script.operations, [LOGIN, LOGIN, LOGIN, READ]);
  });

  test("ends with a probe that may be sent again in the same call if its response was lost", async () => {
    const { script, clock, dexcom, run } = scripted([
      fault("AccountPasswordInvalid"),
      new TypeError("fetch failed"),
      json(SESSION_ID),
      json([]),
    ]);
    await refusal(run(read(dexcom)));
    await clock.advance(10 * MINUTE_MS);
    await run(read(dexcom));
    assert.deepEqual(script.operations, [LOGIN, LOGIN, LOGIN, READ]);
  });

  test("begins with a post of the password, not with a read that gets the same fault", async () => {
    const steps = [
      json(SESSION_ID),
      json([]),
      fault("AccountPasswordInvalid"),
      fault("SessionNotValid"),
      json(SESSION_ID),
      json([]),
    ];
    const { script, events, dexcom, run } = scripted(steps);
    await run(read(dexcom));
    assert.equal((await refusal(run(read(dexcom)))).retryAfterMs, undefined);
    assert.ok(events.every(({ type }) => type !== "refused"));
    await run(read(dexcom));
    assert.deepEqual(script.operations, [LOGIN, READ, READ, READ, LOGIN, READ]);
  });

  test("is as long as the service asks for if that is longer", async () => {
    const { script, clock, dexcom, run } = scripted([
      fault("AccountPasswordInvalid", "", { headers: { "retry-after": "7200" } }),
      json(SESSION_ID),
      json([]),
    ]);
    assert.equal((await refusal(run(read(dexcom)))).retryAfterMs, 120 * MINUTE_MS);
    await clock.advance(119 * MINUTE_MS);
    assert.equal((await refusal(run(read(dexcom)))).retryAfterMs, MINUTE_MS);
    assert.equal(script.requests.length, 1);
    await clock.advance(MINUTE_MS);
    await run(read(dexcom));
  });

  test("keeps a session that is still good in use: only logins wait", async () => {
    const { simulator, operations, dexcom, another, run } = simulated();
    assert.ok(await run(read(dexcom)));
    simulator.changePassword(USERNAME, "changed");
    await refusal(run(read(another())));
    assert.ok(await run(read(dexcom)));
    assert.deepEqual(operations(), [AUTHENTICATE, LOGIN, READ, AUTHENTICATE, READ]);
  });
});
