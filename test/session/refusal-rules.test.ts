/** Which post of a password may follow a refusal, and what makes a refusal void. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ServerError } from "../../src/errors.ts";
import { RefusalMemory, type Post, type RefusalKeys } from "../../src/session/refusal-memory.ts";
import type { RefusalCode, StoredRefusal } from "../../src/session/refusal.ts";
import { memoryOf } from "../../src/session/shared-state.ts";
import { VirtualClock } from "../../src/simulator/index.ts";

const NAME = "someone@example.com";
const ID = "99999999-0000-4000-8000-000000000001";
const MINUTE_MS = 60_000;
const PROBE_MS = 30_000;

interface Client {
  readonly begin: (login?: object, stored?: readonly StoredRefusal[]) => Post;
  readonly fail: (code: RefusalCode, post?: Post) => number;
  readonly memory: RefusalMemory;
}

/** Clients of one scope, such as a fetch function, unless they are told another one. */
async function world(): Promise<{
  clock: VirtualClock;
  scope: object;
  client: (other?: { password?: string; servicesUrl?: string; accounts?: string[]; scope?: object }) => Promise<Client>;
  first: Client;
}> {
  const clock = new VirtualClock();
  const shared = {};
  const client = async ({
    password = "secret",
    servicesUrl = "https://share2.dexcom.com/",
    accounts = [NAME],
    scope = shared,
  } = {}): Promise<Client> => {
    const memory = new RefusalMemory({ clock, servicesUrl, password, probeMs: PROBE_MS });
    await memory.prepare();
    const keys: RefusalKeys = { scopes: [scope], accounts };
    const begin: Client["begin"] = (login = {}, stored = []) => memory.begin(keys, login, stored);
    const failure = new ServerError("UNEXPECTED_RESPONSE", "refused", {});
    return { memory, begin, fail: (code, post = begin()) => memory.failed(post, failure, code).refusal.waitMs };
  };
  return { clock, scope: shared, client, first: await client() };
}

/** How long a post must wait, in minutes; 0 if it may be sent. */
function waitMinutes(begin: () => Post): number {
  try {
    begin();
    return 0;
  } catch (error) {
    return (error as { retryAfterMs: number }).retryAfterMs / MINUTE_MS;
  }
}

describe("a refused password", () => {
  test("waits ten minutes, for every client of the same account, password and host", async () => {
    const { clock, client, first } = await world();
    first.fail("CREDENTIALS_REFUSED");
    assert.equal(waitMinutes(first.begin), 10);
    await clock.advance(4 * MINUTE_MS);
    assert.equal(waitMinutes((await client()).begin), 6);
    for (const other of [
      { password: "other" },
      { servicesUrl: "https://shareous1.dexcom.com/" },
      { accounts: ["other@example.com"] },
      { scope: {} },
    ]) {
      assert.equal(waitMinutes((await client(other)).begin), 0);
    }
  });

  test("is known by both names of the account, once a client has used both", async () => {
    const { client, first } = await world();
    const byId = await client({ accounts: [ID] });
    first.fail("CREDENTIALS_REFUSED");
    assert.equal(waitMinutes(byId.begin), 0);
    assert.equal(waitMinutes((await client({ accounts: [NAME, ID] })).begin), 10);
    assert.equal(waitMinutes(byId.begin), 10);
  });

  test("waits twice as long after each further refusal, up to an hour", async () => {
    const { clock, first } = await world();
    for (const minutes of [10, 20, 40, 60, 60]) {
      assert.equal(first.fail("CREDENTIALS_REFUSED") / MINUTE_MS, minutes);
      await clock.advance(minutes * MINUTE_MS);
    }
  });

  test("is posted again by one login, and by another one only after that one's time", async () => {
    const { clock, first } = await world();
    first.fail("CREDENTIALS_REFUSED");
    await clock.advance(10 * MINUTE_MS);
    const login = {};
    first.begin(login);
    assert.equal(
      waitMinutes(() => first.begin(login)),
      0,
    );
    assert.equal(waitMinutes(first.begin), PROBE_MS / MINUTE_MS);
    await clock.advance(PROBE_MS);
    assert.equal(waitMinutes(first.begin), 0);
  });

  test("is posted at once by another login if the first one came to nothing", async () => {
    const { clock, first } = await world();
    first.fail("CREDENTIALS_REFUSED");
    await clock.advance(10 * MINUTE_MS);
    const post = first.begin();
    // A login that did not begin releases nothing.
    first.memory.release({ keys: post.keys, login: {} });
    assert.equal(waitMinutes(first.begin), PROBE_MS / MINUTE_MS);
    first.memory.release(post);
    assert.equal(waitMinutes(first.begin), 0);
  });

  test("says that the account is not locked, and that the login is decided", async () => {
    const { clock, scope, first } = await world();
    first.fail("LOCKED_OUT");
    await clock.advance(10 * MINUTE_MS);
    first.fail("LOGIN_UNDECIDED");
    await clock.advance(10 * MINUTE_MS);
    first.fail("CREDENTIALS_REFUSED");
    assert.equal(memoryOf(scope).refusals.filter(({ accounts }) => accounts.length > 0).length, 1);
  });
});

describe("a lock-out", () => {
  test("counts for any password of the account", async () => {
    const { client, first } = await world();
    first.fail("LOCKED_OUT");
    assert.equal(waitMinutes((await client({ password: "other" })).begin), 10);
    assert.equal(waitMinutes((await client({ accounts: ["other@example.com"] })).begin), 0);
  });
});

describe("an undecided login", () => {
  test("makes the next one cautious, and waits 1, 2, 4, 8, 10 minutes", async () => {
    const { clock, first } = await world();
    assert.equal(first.begin().isCautious, false);
    for (const minutes of [1, 2, 4, 8, 10, 10]) {
      assert.equal(first.fail("LOGIN_UNDECIDED") / MINUTE_MS, minutes);
      await clock.advance(minutes * MINUTE_MS);
      const post = first.begin();
      assert.equal(post.isCautious, true);
      first.memory.release(post);
    }
  });

  test("stays undecided when the password was taken, and is void when there is a session", async () => {
    const { clock, first } = await world();
    first.fail("LOGIN_UNDECIDED");
    await clock.advance(MINUTE_MS);
    const post = first.begin();
    first.memory.accepted(post);
    assert.equal(first.begin(post.login).isCautious, true);
    first.memory.completed(post);
    assert.equal(first.begin().isCautious, false);
    assert.equal(first.fail("LOGIN_UNDECIDED"), MINUTE_MS);
  });

  test("lets go of a password's cool-down that is over", async () => {
    const { clock, first } = await world();
    first.fail("CREDENTIALS_REFUSED");
    await clock.advance(10 * MINUTE_MS);
    assert.equal(first.fail("LOGIN_UNDECIDED"), MINUTE_MS);
    await clock.advance(MINUTE_MS);
    assert.equal(waitMinutes(first.begin), 0);
  });
});

describe("a password that was taken", () => {
  for (const code of ["CREDENTIALS_REFUSED", "LOCKED_OUT"] as const) {
    test(`voids ${code}: the next refusal is the first again`, async () => {
      const { clock, first } = await world();
      first.fail(code);
      await clock.advance(10 * MINUTE_MS);
      first.memory.accepted(first.begin());
      assert.equal(first.fail(code), 10 * MINUTE_MS);
    });
  }

  test("voids nothing that was heard after its own request was sent", async () => {
    const { first } = await world();
    const early = first.begin();
    const late = first.begin();
    first.fail("CREDENTIALS_REFUSED", late);
    first.memory.completed(early);
    assert.equal(waitMinutes(first.begin), 10);
  });

  test("voids nothing of another account", async () => {
    const { client, first } = await world();
    const other = await client({ accounts: ["other@example.com"] });
    other.fail("CREDENTIALS_REFUSED");
    first.memory.completed(first.begin());
    assert.equal(waitMinutes(other.begin), 10);
  });
});

describe("refusals of other processes", () => {
  const stored = (code: RefusalCode, waitMs: number, leftMs: number): StoredRefusal => ({ code, waitMs, leftMs });

  test("count like own ones, and the longest wait decides", async () => {
    const { first } = await world();
    const post = (...refusals: StoredRefusal[]): number => waitMinutes(() => first.begin({}, refusals));
    assert.equal(post(stored("LOCKED_OUT", 10 * MINUTE_MS, 3 * MINUTE_MS)), 3);
    assert.equal(post(stored("LOCKED_OUT", 1, 0), stored("CREDENTIALS_REFUSED", 1, MINUTE_MS)), 1);
    assert.equal(post(stored("CREDENTIALS_REFUSED", 1, 0)), 0);
  });

  test("are doubled, and make a login cautious", async () => {
    const { first } = await world();
    const post = first.begin({}, [stored("LOGIN_UNDECIDED", 4 * MINUTE_MS, 0)]);
    assert.equal(post.isCautious, true);
    assert.equal(first.fail("LOGIN_UNDECIDED", post), 8 * MINUTE_MS);
  });
});

describe("memory", () => {
  test("holds a refusal for an hour after its cool-down, and a void one until the next", async () => {
    const { clock, scope, client, first } = await world();
    const other = await client({ accounts: ["other@example.com"] });
    const held = (): number => memoryOf(scope).refusals.length;
    first.fail("LOCKED_OUT");
    await clock.advance(70 * MINUTE_MS - 1);
    other.fail("LOCKED_OUT");
    assert.equal(held(), 2);
    await clock.advance(1);
    const third = await client({ accounts: ["third@example.com"] });
    third.fail("CREDENTIALS_REFUSED");
    assert.equal(held(), 2);
    await clock.advance(10 * MINUTE_MS);
    third.memory.completed(third.begin());
    (await client({ accounts: ["fourth@example.com"] })).fail("LOCKED_OUT");
    assert.equal(held(), 2);
  });
});
