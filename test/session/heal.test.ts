/** A session is used until the service refuses it; then it is replaced by one login and one replay (decision 4). */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { AccountError, SessionError } from "../../src/errors.ts";
import { fault, json, OTHER_SESSION_ID, page, SESSION_ID, THIRD_SESSION_ID } from "../support/responses.ts";
import { AUTHENTICATE, LOGIN, READ, scripted, simulated } from "../support/client.ts";
import type { SentRequest } from "../support/scripted-fetch.ts";
import { dead, reading } from "./dead-session.ts";
import { read } from "./reads.ts";

const HOUR_MS = 3_600_000;

describe("an expired session", () => {
  for (const shouldForget of [false, true]) {
    test(`costs three requests on a client that knows its account id (${shouldForget ? "SessionIdNotFound" : "SessionNotValid"})`, async () => {
      const { simulator, dexcom, operations, run } = simulated();
      await run(read(dexcom));
      simulator.expireSessions(undefined, { shouldForget });
      const before = operations().length;
      assert.ok(await run(read(dexcom)));
      assert.deepEqual(operations().slice(before), [READ, LOGIN, READ]);
      assert.equal(simulator.requests[before]!.code, shouldForget ? "SessionIdNotFound" : "SessionNotValid");
      assert.ok(await run(read(dexcom)));
      assert.equal(operations().length, before + 4, "and one request from then on");
    });
  }

  for (const status of [200, 400, 401, 403, 404, 423, 429, 500, 503]) {
    for (const code of ["SessionNotValid", "SessionIdNotFound"]) {
      test(`is replaced if ${code} comes with status ${status}`, async () => {
        const { script, dexcom, run } = scripted([
          json(SESSION_ID),
          reading,
          fault(code, "", { status }),
          json(OTHER_SESSION_ID),
          reading,
        ]);
        await run(read(dexcom));
        assert.ok(await run(read(dexcom)));
        assert.deepEqual(script.operations, [LOGIN, READ, READ, LOGIN, READ]);
        assert.equal(script.requests[4]!.body["sessionId"], OTHER_SESSION_ID);
      });
    }
  }

  test("is replaced outside the retry budget: also with one attempt", async () => {
    const { script, dexcom, run } = scripted([json(SESSION_ID), reading, dead, json(OTHER_SESSION_ID), reading], {
      retry: { retries: 0 },
    });
    await run(read(dexcom));
    assert.ok(await run(read(dexcom)));
    assert.equal(script.requests.length, 5);
  });

  test("leaves the replay its own attempts", async () => {
    const steps = [json(SESSION_ID), page(503), page(503), dead, json(OTHER_SESSION_ID), page(503), page(503), reading];
    const { script, dexcom, run } = scripted(steps, { retry: { jitter: false } });
    assert.ok(await run(read(dexcom)));
    assert.equal(script.requests.length, 8);
  });

  test("is replaced once in a call: if the new one is refused too, the call fails", async () => {
    const { script, dexcom, run } = scripted([json(SESSION_ID), reading, dead, json(OTHER_SESSION_ID), dead]);
    await run(read(dexcom));
    await assert.rejects(run(read(dexcom)), (error: SessionError) => {
      assert.equal(error.constructor, SessionError);
      assert.deepEqual(
        [error.code, error.serverCode, error.message],
        ["SESSION_EXPIRED", "SessionNotValid", "Session not active or timed out"],
      );
      return true;
    });
    assert.deepEqual(script.operations, [LOGIN, READ, READ, LOGIN, READ]);
    const fromNowOn = ({ operation, body }: SentRequest): Response =>
      operation === LOGIN ? json(THIRD_SESSION_ID) : body["sessionId"] === THIRD_SESSION_ID ? reading() : dead();
    script.add(fromNowOn, fromNowOn, fromNowOn);
    assert.ok(await run(read(dexcom)), "and the next call heals");
  });

  test("is read with the same arguments again", async () => {
    const { script, dexcom, run } = scripted([json(SESSION_ID), dead, json(OTHER_SESSION_ID), reading]);
    await run(dexcom.getGlucoseReadings(30, 6));
    const [, first, , second] = script.requests.map(({ body }) => body);
    assert.deepEqual(first, { sessionId: SESSION_ID, minutes: 30, maxCount: 6 });
    assert.deepEqual(second, { sessionId: OTHER_SESSION_ID, minutes: 30, maxCount: 6 });
  });

  test("whose login is refused is an AccountError, and no session is left", async () => {
    const { simulator, dexcom, operations, run } = simulated();
    await run(read(dexcom));
    simulator.changePassword("someone@example.com", "changed");
    simulator.expireSessions();
    for (let call = 0; call < 3; call++) await assert.rejects(run(read(dexcom)), AccountError);
    assert.deepEqual(operations(), [AUTHENTICATE, LOGIN, READ, READ, LOGIN], "not even another read with the dead one");
  });

  test("costs no login if the failure is another: no network, 429, a page", async () => {
    for (const step of [
      new TypeError("fetch failed"),
      page(429),
      page(403),
      json({ Code: "Unknown" }, { status: 500 }),
    ]) {
      const { script, dexcom, run } = scripted([json(SESSION_ID), step, reading, reading], { retry: { retries: 1 } });
      await assert.rejects(run(read(dexcom)));
      assert.ok(await run(read(dexcom)));
      assert.deepEqual(script.operations, [LOGIN, READ, READ]);
    }
  });

  test("comes about once a day, and costs three requests each time", async () => {
    const { clock, dexcom, operations, run } = simulated({ sessionTtlMs: 48 * HOUR_MS });
    for (let calls = 0; calls < 3 * 24; calls++) {
      await run(read(dexcom));
      await clock.advance(HOUR_MS);
    }
    const logins = operations().filter((operation) => operation === LOGIN).length;
    assert.equal(logins, 3);
    assert.equal(operations().length, 3 * 24 + 1 + logins + 2);
  });
});
