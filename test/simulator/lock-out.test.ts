import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ACCOUNT_ID, APP, AUTHENTICATE, NAME, PASSWORD, setUp, US } from "./raw-client.ts";

const MINUTE = 60_000;
const MISSPELT = "SSO_AuthenticateMaxAttemptsExceeed";

/** The codes of attempts in a row; `undefined` for a login. */
async function codes(attempts: (() => Promise<{ code: string | undefined }>)[]): Promise<(string | undefined)[]> {
  const codes = [];
  for (const attempt of attempts) codes.push((await attempt()).code);
  return codes;
}

describe("a lock-out", () => {
  test("follows the third refusal, of either step, and refuses the right password too", async () => {
    const { authenticate, logIn } = setUp();
    const wrong = "AccountPasswordInvalid";
    const refusals = [() => authenticate("a"), () => logIn("b"), () => authenticate("c")];
    assert.deepEqual(await codes(refusals), [wrong, wrong, wrong]);
    const locked = [() => authenticate("d"), () => logIn(), () => authenticate()];
    assert.deepEqual(await codes(locked), [MISSPELT, MISSPELT, MISSPELT]);
    const got = await authenticate();
    assert.equal(got.status, 500);
  });

  test("ends after ten minutes, and attempts meanwhile don't prolong it", async () => {
    const { clock, authenticate } = setUp();
    for (let attempt = 0; attempt < 3; attempt++) await authenticate("wrong");
    await clock.advance(10 * MINUTE - 1);
    assert.equal((await authenticate("wrong")).code, MISSPELT);
    assert.equal((await authenticate()).code, MISSPELT);
    await clock.advance(1);
    assert.equal((await authenticate("wrong")).code, "AccountPasswordInvalid");
    assert.equal((await authenticate()).json, ACCOUNT_ID);
  });

  test("does not follow refusals with a login or ten minutes between them", async () => {
    const { clock, authenticate } = setUp();
    const twice = async (): Promise<void> => void (await authenticate("wrong"), await authenticate("wrong"));
    await twice();
    assert.equal((await authenticate()).json, ACCOUNT_ID);
    await twice();
    assert.equal((await authenticate()).json, ACCOUNT_ID);
    await twice();
    await clock.advance(10 * MINUTE);
    await twice();
    assert.equal((await authenticate()).json, ACCOUNT_ID);
  });

  test("locks one account and not its neighbour, a name that nobody has as well, and open sessions not at all", async () => {
    const accounts = [
      { username: NAME, password: PASSWORD, accountId: ACCOUNT_ID },
      { username: "else@example.com", password: PASSWORD },
    ];
    const { authenticate, session, read } = setUp({ accounts });
    const open = await session();
    for (const accountName of [NAME, "nobody@example.com"]) {
      for (let attempt = 0; attempt < 3; attempt++) await authenticate("wrong", US, { accountName });
      assert.equal((await authenticate(PASSWORD, US, { accountName })).code, MISSPELT);
    }
    assert.equal((await authenticate(PASSWORD, US, { accountName: "else@example.com" })).status, 200);
    assert.equal((await read(open)).status, 200);
  });

  test("is not brought about by a wrong application id, an invalid argument or an all-zeros login", async () => {
    const { call, authenticate, logIn } = setUp();
    for (let attempt = 0; attempt < 5; attempt++) {
      await authenticate("wrong", US, { applicationId: ACCOUNT_ID });
      await logIn("wrong", US, { accountId: "" });
      await call(AUTHENTICATE, { body: { accountName: NAME, password: "", applicationId: APP } });
    }
    assert.equal((await authenticate()).status, 200);
  });

  test("has the number, the length and the spelling that the options say", async () => {
    const code = "SSO_AuthenticateMaxAttemptsExceeded";
    const { clock, authenticate } = setUp({ lockOutAfter: 1, lockOutMs: MINUTE, lockOutCode: code });
    assert.equal((await authenticate("wrong")).code, "AccountPasswordInvalid");
    assert.equal((await authenticate()).code, code);
    await clock.advance(MINUTE);
    assert.equal((await authenticate()).status, 200);
    const never = setUp({ lockOutAfter: Infinity });
    for (let attempt = 0; attempt < 20; attempt++) {
      assert.equal((await never.authenticate("wrong")).code, "AccountPasswordInvalid");
    }
  });

  test("can be put on and taken off an account", async () => {
    const { clock, simulator, authenticate } = setUp();
    simulator.lockOut(NAME);
    assert.equal((await authenticate()).code, MISSPELT);
    await clock.advance(10 * MINUTE);
    assert.equal((await authenticate()).status, 200);
    simulator.lockOut(ACCOUNT_ID, MINUTE);
    assert.equal((await authenticate()).code, MISSPELT);
    simulator.lockOut(NAME, 0);
    assert.equal((await authenticate()).status, 200);
    assert.throws(() => simulator.lockOut(NAME, -1), /ms must/);
    assert.throws(() => simulator.lockOut("nobody@example.com"), /no such account/);
  });

  test("can be lifted, of one account or of all, and then nothing counts that was before", async () => {
    const accounts = [
      { username: NAME, password: PASSWORD, accountId: ACCOUNT_ID },
      { username: "else@example.com", password: PASSWORD },
    ];
    const { simulator, authenticate } = setUp({ accounts });
    const lockBoth = async (): Promise<void> => {
      for (let attempt = 0; attempt < 3; attempt++) await authenticate("wrong");
      simulator.lockOut("else@example.com");
    };
    const codesOfBoth = async (): Promise<(string | undefined)[]> =>
      codes([() => authenticate(), () => authenticate(PASSWORD, US, { accountName: "else@example.com" })]);
    await lockBoth();
    assert.deepEqual(await codesOfBoth(), [MISSPELT, MISSPELT]);
    simulator.liftLockOut(NAME);
    assert.deepEqual(await codesOfBoth(), [undefined, MISSPELT]);
    for (let attempt = 0; attempt < 2; attempt++) await authenticate("wrong");
    simulator.liftLockOut(ACCOUNT_ID);
    assert.equal((await authenticate("wrong")).code, "AccountPasswordInvalid");
    await lockBoth();
    simulator.liftLockOut();
    assert.deepEqual(await codesOfBoth(), [undefined, undefined]);
    assert.throws(() => simulator.liftLockOut("nobody@example.com"), /no such account/);
  });
});
