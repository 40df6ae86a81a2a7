import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ACCOUNT_ID, fault, faultBody, json, record, SESSION_ID } from "../support/responses.ts";
import { LOGIN, PASSWORD, READ, scripted, simulated, USERNAME } from "../support/client.ts";
import { refusal } from "./refusal.ts";
import { read } from "./reads.ts";

const MINUTE_MS = 60_000;

describe("a lock-out", () => {
  for (const code of ["SSO_AuthenticateMaxAttemptsExceeed", "SSO_AuthenticateMaxAttemptsExceeded"] as const) {
    test(`(${code}) stops all posts for the host and account for 10 minutes, whatever the password`, async () => {
      const { simulator, clock, dexcom, another, run } = simulated({}, { lockOutCode: code });
      simulator.lockOut(USERNAME);
      const first = await refusal(run(read(dexcom)));
      assert.deepEqual(
        [first.code, first.message, first.serverCode, first.retryAfterMs],
        ["LOCKED_OUT", "Maximum authentication attempts exceeded", code, 10 * MINUTE_MS],
      );
      await clock.advance(10 * MINUTE_MS - 1);
      for (const password of [PASSWORD, "another", "and another"]) {
        const again = await refusal(run(read(another({ password }))));
        assert.deepEqual([again.code, again.retryAfterMs, again.attempts], ["LOCKED_OUT", 1, 0]);
      }
      assert.equal(simulator.requests.length, 1);
      await clock.advance(1);
      assert.ok(await run(read(another())));
    });

    test(`(${code}) counts with status 200 and in response to a read too`, async () => {
      const locked = (): Response => json(faultBody(code));
      const { script, dexcom, another, run } = scripted([json(SESSION_ID), json([record()]), locked()]);
      await run(read(dexcom));
      assert.equal((await refusal(run(read(dexcom)))).retryAfterMs, 10 * MINUTE_MS);
      assert.equal((await refusal(run(read(another({ password: "another" }))))).code, "LOCKED_OUT");
      assert.deepEqual(script.operations, [LOGIN, READ, READ]);
    });
  }

  test("concerns no other account and no other host", async () => {
    const { script, dexcom, another, run } = scripted([
      fault("SSO_AuthenticateMaxAttemptsExceeed"),
      json(SESSION_ID),
      json([]),
      json(SESSION_ID),
      json([]),
    ]);
    await refusal(run(read(dexcom)));
    await run(read(another({ accountId: ACCOUNT_ID.replaceAll("9", "8") })));
    await run(read(another({ region: "ous" })));
    assert.equal(script.requests.length, 5);
  });

  test("of 10 minutes does not double: it says nothing of the password", async () => {
    const { simulator, clock, dexcom, run } = simulated();
    for (let probe = 0; probe < 3; probe++) {
      simulator.lockOut(USERNAME);
      assert.equal((await refusal(run(read(dexcom)))).retryAfterMs, 10 * MINUTE_MS);
      await clock.advance(10 * MINUTE_MS);
    }
    assert.ok(await run(read(dexcom)));
  });

  test("of 10 minutes is no longer after a refusal", async () => {
    const { clock, dexcom, run } = scripted([
      fault("AccountPasswordInvalid"),
      fault("SSO_AuthenticateMaxAttemptsExceeed"),
    ]);
    await refusal(run(read(dexcom)));
    await clock.advance(10 * MINUTE_MS);
    const error = await refusal(run(read(dexcom)));
    assert.deepEqual([error.code, error.retryAfterMs], ["LOCKED_OUT", 10 * MINUTE_MS]);
  });

  test("does not shorten the cool-down of a password that was refused before", async () => {
    const { script, clock, dexcom, another, run } = scripted([
      fault("AccountPasswordInvalid"),
      fault("AccountPasswordInvalid"),
      fault("SSO_AuthenticateMaxAttemptsExceeed"),
    ]);
    await refusal(run(read(dexcom)));
    await clock.advance(10 * MINUTE_MS);
    // Refused again: 20 minutes.
    await refusal(run(read(dexcom)));
    await refusal(run(read(another({ password: "another" }))));
    await clock.advance(10 * MINUTE_MS);
    // The lock-out is over, the password is not.
    const error = await refusal(run(read(dexcom)));
    assert.deepEqual([error.code, error.retryAfterMs], ["CREDENTIALS_REFUSED", 10 * MINUTE_MS]);
    assert.equal(script.requests.length, 3);
  });

  test("in response to the probe of a refused password leaves that password's cool-down to double", async () => {
    const { script, clock, dexcom, run } = scripted([
      fault("AccountPasswordInvalid"),
      fault("SSO_AuthenticateMaxAttemptsExceeed"),
      fault("AccountPasswordInvalid"),
    ]);
    await refusal(run(read(dexcom)));
    await clock.advance(10 * MINUTE_MS);
    assert.equal((await refusal(run(read(dexcom)))).code, "LOCKED_OUT");
    await clock.advance(10 * MINUTE_MS);
    const error = await refusal(run(read(dexcom)));
    assert.deepEqual([error.code, error.retryAfterMs], ["CREDENTIALS_REFUSED", 20 * MINUTE_MS]);
    assert.equal(script.requests.length, 3);
  });

  test("is over once a password is checked again: another one is posted at once", async () => {
    const { script, clock, dexcom, another, run } = scripted([
      fault("SSO_AuthenticateMaxAttemptsExceeed"),
      fault("AccountPasswordInvalid"),
      json(SESSION_ID),
      json([record()]),
    ]);
    await refusal(run(read(dexcom)));
    await clock.advance(10 * MINUTE_MS);
    assert.equal((await refusal(run(read(dexcom)))).code, "CREDENTIALS_REFUSED");
    assert.ok(await run(read(another({ password: "another" }))));
    assert.equal(script.requests.length, 4);
  });
});
