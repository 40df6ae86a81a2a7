import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ACCOUNT_ID, NAME, PASSWORD, READ, setUp, ZEROS } from "./raw-client.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const account = { username: NAME, password: PASSWORD, accountId: ACCOUNT_ID };

describe("sessions", () => {
  test("one that never was is not found, and neither is an account id", async () => {
    const { read } = setUp();
    for (const id of ["55555555-5555-5555-5555-555555555555", ACCOUNT_ID]) {
      const got = await read(id);
      assert.deepEqual([got.status, got.code], [500, "SessionIdNotFound"]);
      assert.equal(got.message, `Failed to find session object. [SessionId = ${id}]`);
    }
  });

  test("an id of all zeros gets a 200 with an empty body", async () => {
    const { read, call } = setUp();
    for (const got of [
      await read(ZEROS),
      await read(""),
      await call(READ, { query: `?sessionId=${ZEROS}&minutes=10&maxCount=1` }),
    ]) {
      assert.deepEqual([got.status, got.text], [200, ""]);
    }
  });

  test("one lasts 24 hours, used or not, and is then not valid", async () => {
    const { clock, session, read } = setUp();
    const id = await session();
    await clock.advance(12 * HOUR);
    await read(id);
    await clock.advance(12 * HOUR - 1);
    assert.equal((await read(id)).status, 200);
    await clock.advance(1);
    const got = await read(id);
    assert.deepEqual([got.status, got.code], [500, "SessionNotValid"]);
    assert.equal(got.message, `Session not active or timed out. [SessionId = ${id}]`);
  });

  test("they last as long as the option says", async () => {
    const { clock, session, read } = setUp({ sessionLifetimeMs: HOUR });
    const id = await session();
    await clock.advance(HOUR);
    assert.equal((await read(id)).code, "SessionNotValid");
  });

  test("any number may be open; a new one ends no other", async () => {
    const { session, read } = setUp();
    const ids = [await session(), await session(), await session()];
    assert.equal(new Set(ids).size, 3);
    for (const id of ids) assert.equal((await read(id)).status, 200);
  });

  test("they end or are forgotten on demand, all or an account's", async () => {
    const other = {
      username: "else@example.com",
      password: PASSWORD,
      accountId: "88888888-8888-8888-8888-888888888888",
    };
    const { simulator, session, logIn, read } = setUp({ accounts: [account, other] });
    const mine = await session();
    const theirs = (await logIn(PASSWORD, undefined, { accountId: other.accountId })).json as string;
    simulator.expireSessions(NAME);
    assert.equal((await read(mine)).code, "SessionNotValid");
    assert.equal((await read(theirs)).status, 200);
    simulator.expireSessions();
    assert.equal((await read(theirs)).code, "SessionNotValid");
    simulator.expireSessions(undefined, { shouldForget: true });
    assert.equal((await read(mine)).code, "SessionIdNotFound");
    assert.equal((await read(await session())).status, 200);
    assert.throws(() => simulator.expireSessions("nobody@example.com"), /no such account/);
  });
});
