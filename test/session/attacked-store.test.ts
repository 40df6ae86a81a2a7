/** What somebody can do who may write to a shared store, or whose clock is wrong. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Dexcom, type DexcomError, type DexcomOptions } from "../../src/index.ts";
import { parseRecord } from "../../src/session/account-record.ts";
import { deriveFromPassword, deriveFromSecret } from "../../src/session/entry-keys.ts";
import { SealedEntry } from "../../src/session/sealed-entry.ts";
import type { SessionStoreOptions } from "../../src/session/session-store.ts";
import { Session } from "../../src/session/session.ts";
import { ShareSimulator, VirtualClock } from "../../src/simulator/index.ts";
import { isLock, MapStore, Place } from "../stores/map-store.ts";
import { deriveKeysQuickly } from "../stores/quick-keys.ts";
import { ACCOUNT, asked } from "../stores/service.ts";

deriveKeysQuickly();

const SERVICES = "https://share2.dexcom.com/ShareWebServices/Services/";
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const YEAR_MS = 365 * 24 * HOUR_MS;
const SECRET = new Uint8Array(32).fill(1);
const NEW_SECRET = Buffer.alloc(32, 2).toString("base64");

type Process = Partial<DexcomOptions> & { readonly secret?: SessionStoreOptions["secret"] };

function world(): {
  clock: VirtualClock;
  simulator: ShareSimulator;
  place: Place;
  start: (process?: Process) => Dexcom;
  entry: (derive?: () => ReturnType<typeof deriveFromPassword>) => SealedEntry;
} {
  const clock = new VirtualClock();
  const simulator = new ShareSimulator({ accounts: [ACCOUNT], clock, lockOutAfter: Infinity });
  const place = new Place(clock);
  return {
    clock,
    simulator,
    place,
    start: ({ secret, ...more } = {}) =>
      new Dexcom({
        ...ACCOUNT,
        clock,
        fetch: (url, init) => simulator.fetch(url, init),
        cache: new MapStore(place, { secret }),
        ...more,
      } as DexcomOptions),
    entry: (derive = () => deriveFromPassword(ACCOUNT.password, `${SERVICES}\n${ACCOUNT.username}`)) =>
      new SealedEntry(new MapStore(place), clock, derive),
  };
}

const read = (dexcom: Dexcom): Promise<string> =>
  dexcom.getLatestGlucoseReading().then(
    () => "ok",
    (error: unknown) => (error as DexcomError).code,
  );

describe("an attacker who knows only the account's name", () => {
  test("can neither plant a lock-out nor find one", async () => {
    const { clock, simulator, place, start, entry } = world();
    const byName = (): SealedEntry => entry(() => deriveFromPassword(ACCOUNT.username, SERVICES));
    await byName().write({ refusals: [{ code: "LOCKED_OUT", writtenAt: clock.now(), waitMs: 8e15 }] }, HOUR_MS);
    assert.equal(await read(start()), "ok");
    simulator.expireSessions();
    simulator.lockOut(ACCOUNT.username);
    place.kept.clear();
    assert.equal(await read(start()), "LOCKED_OUT");
    assert.equal(await byName().read(), undefined);
  });
});

describe("a record", () => {
  test("lets no text of the store reach a person, and no cool-down last longer than a day", async () => {
    const { clock, start, entry } = world();
    const evil = {
      code: "LOCKED_OUT",
      message: "\u001b[2JVerify at http://evil.example",
      serverCode: "See http://evil.example",
      traceId: "anything",
      writtenAt: clock.now(),
      waitMs: 8e15,
    };
    await entry().write({ refusals: [evil] }, YEAR_MS);
    await assert.rejects(start().getLatestGlucoseReading(), (error: DexcomError) => {
      assert.equal(error.message, "Maximum authentication attempts exceeded");
      assert.doesNotMatch(JSON.stringify(error), /evil|anything/);
      return error.retryAfterMs === 24 * HOUR_MS;
    });
  });

  for (const value of [
    null,
    5,
    [],
    { refusals: {} },
    { refusals: [null, 5, {}] },
    { refusals: [{ code: "OTHER", writtenAt: 0, waitMs: 1 }] },
  ]) {
    test(`of another form counts as empty: ${JSON.stringify(value)}`, () => {
      const { id, acceptedAt, refusals = [] } = parseRecord(value);
      assert.deepEqual([id, acceptedAt, refusals], [undefined, undefined, []]);
    });
  }
});

describe("a refusal that was stored by a process whose clock is a year fast", () => {
  test("is probed after its own time, and the next process sees the same", async () => {
    const { clock, simulator, start } = world();
    const fast = { now: () => clock.now() + YEAR_MS, sleep: clock.sleep.bind(clock), hold: clock.hold.bind(clock) };
    assert.equal(await read(start({ password: "wrong", clock: fast })), "CREDENTIALS_REFUSED");
    await assert.rejects(start({ password: "wrong" }).getLatestGlucoseReading(), { retryAfterMs: 10 * MINUTE_MS });
    await clock.advance(9 * MINUTE_MS);
    await assert.rejects(start({ password: "wrong" }).getLatestGlucoseReading(), { retryAfterMs: MINUTE_MS });
    assert.equal(simulator.requests.length, 1);
    await clock.advance(MINUTE_MS);
    assert.equal(await read(start({ password: "wrong" })), "CREDENTIALS_REFUSED");
    assert.equal(simulator.requests.length, 2);
  });
});

describe("with a secret", () => {
  test("a client derives by HKDF alone, and finds nothing with another secret, account or password", async (t) => {
    const { simulator, start } = world();
    const derive = t.mock.method(crypto.subtle, "deriveBits");
    assert.equal(await read(start({ secret: SECRET })), "ok");
    const names = new Set(derive.mock.calls.map(({ arguments: [algorithm] }) => (algorithm as { name: string }).name));
    assert.deepEqual([...names], ["HKDF"]);
    assert.equal(await read(start({ secret: SECRET })), "ok");
    assert.equal(asked(simulator).logins, 1);
    assert.equal(await read(start({ secret: NEW_SECRET })), "ok");
    assert.equal(asked(simulator).logins, 2);
    assert.equal(await read(start({ secret: SECRET, password: "wrong" })), "CREDENTIALS_REFUSED");
  });

  test("that is rotated, a client still finds the session of the previous one", async () => {
    const { simulator, start } = world();
    assert.equal(await read(start({ secret: SECRET })), "ok");
    assert.equal(await read(start({ secret: [NEW_SECRET, SECRET] })), "ok");
    assert.equal(asked(simulator).logins, 1);
    simulator.expireSessions();
    assert.equal(await read(start({ secret: [NEW_SECRET, SECRET] })), "ok");
    assert.equal(await read(start({ secret: NEW_SECRET })), "ok");
    assert.equal(asked(simulator).logins, 2);
  });

  test("and without one, clients use one store side by side", async () => {
    const { simulator, start } = world();
    for (const secret of [undefined, SECRET, undefined, SECRET]) assert.equal(await read(start({ secret })), "ok");
    assert.equal(asked(simulator).logins, 2);
  });

  test("no two bindings give one key", async () => {
    const names = await Promise.all(
      [
        ["a", "b\nc"],
        ["a\nb", "c"],
        ["a", "b", "c"],
      ].map(async (parts) => (await deriveFromSecret(SECRET, parts)).name),
    );
    assert.equal(new Set(names).size, 3);
  });

  for (const secret of ["", "short", 5, null, [], new Uint8Array(31), ["A".repeat(43), "x"], "A".repeat(42) + "%="]) {
    test(`that is ${JSON.stringify(secret)} a store is refused, without the value`, () => {
      assert.throws(() => new MapStore(new Place(new VirtualClock()), { secret: secret as never }), {
        name: "ArgumentError",
        message: "secret must be 32 bytes, as base64 or Uint8Array, or a list of such secrets",
      });
    });
  }
});

describe("the lease of a login", () => {
  test("outlasts a login of two posts of 9 s: six processes make one login, and all read", async () => {
    const { clock, simulator, start } = world();
    for (const operation of ["AuthenticatePublisherAccount", "LoginPublisherAccountById"] as const) {
      simulator.inject({ operation, delayMs: 9000 });
    }
    const codes = await clock.runUntil(Promise.all(Array.from({ length: 6 }, () => read(start()))));
    assert.deepEqual(codes, Array(6).fill("ok"));
    assert.deepEqual(asked(simulator), { authentications: 1, logins: 1, reads: 6 });
  });

  test("that was lost between the two posts keeps the second one from being sent: the other's session is used", async () => {
    const { clock, simulator, place, start } = world();
    simulator.inject({ operation: "AuthenticatePublisherAccount", delayMs: 2000, times: 1 });
    const slow = read(start());
    await clock.advance(1000);
    for (const key of [...place.kept.keys()].filter(isLock)) place.put(key, null, 0);
    const quick = read(start());
    assert.deepEqual(await clock.runUntil(Promise.all([slow, quick])), ["ok", "ok"]);
    assert.equal(asked(simulator).logins, 1);
  });

  test("that ends with a session of another process, which has expired too, is followed by a login of its own", async () => {
    const { clock, simulator, place, start } = world();
    const [first, second] = [start(), start()];
    await clock.runUntil(read(first));
    simulator.expireSessions();
    await clock.runUntil(read(second));
    simulator.expireSessions();
    const old = [...place.kept];
    place.kept.clear();
    // Back, with what it had before, when the first process takes the lock.
    place.fault = (method) => {
      if (method === "replace") for (const [key, entry] of old.splice(0)) place.kept.set(key, entry);
      return undefined;
    };
    assert.equal(await clock.runUntil(read(first)), "ok");
    assert.equal(asked(simulator).logins, 3);
  });

  test("is renewed by replace, and given back at the end", async () => {
    const { clock, simulator, place, start } = world();
    simulator.inject({ operation: "LoginPublisherAccountById", delayMs: 9000 });
    await clock.runUntil(read(start()));
    assert.ok(place.calls.filter((call) => call === "replace").length >= 6);
    assert.ok(!place.calls.includes("set") && !place.calls.includes("delete"));
    assert.deepEqual([...place.kept.keys()].filter(isLock), []);
  });
});

describe("credentials that worked", () => {
  /** The session of a process, as a watch asks it. */
  function session(
    { clock, simulator, place }: ReturnType<typeof world>,
    password = ACCOUNT.password,
  ): { has: () => boolean; use: () => Promise<unknown> } {
    const original = Session.prototype.use;
    let own: Session | undefined;
    const dexcom = new Dexcom({
      ...ACCOUNT,
      password,
      clock,
      fetch: (url, init) => simulator.fetch(url, init),
      cache: new MapStore(place),
    });
    Session.prototype.use = function (this: Session, ...given: never) {
      // eslint-disable-next-line @typescript-eslint/no-this-alias -- the session of a client is private
      own = this;
      return original.apply(this, given);
    } as typeof original;
    return {
      has: () => own?.hasWorkedWithinDay === true,
      use: () => clock.runUntil(read(dexcom)),
    };
  }

  test("count as working for a day of refusals, also after a restart, and not for longer", async (t) => {
    const { use } = Session.prototype;
    t.after(() => void (Session.prototype.use = use));
    const here = world();
    const { clock, simulator } = here;
    const first = session(here);
    assert.equal(await first.use(), "ok");
    Session.prototype.use = use;
    simulator.changePassword(ACCOUNT.username, "other");
    simulator.expireSessions();
    const second = session(here);
    assert.equal(await second.use(), "CREDENTIALS_REFUSED");
    assert.equal(second.has(), true);
    for (let hours = 0; hours < 23; hours++) {
      await clock.advance(HOUR_MS);
      await second.use();
    }
    assert.equal(second.has(), true);
    Session.prototype.use = use;
    const restarted = session(here);
    await restarted.use();
    assert.equal(restarted.has(), true);
    await clock.advance(2 * HOUR_MS);
    await restarted.use();
    assert.equal(restarted.has(), false);
  });

  test("never did so for a password that is refused at first", async (t) => {
    const { use } = Session.prototype;
    t.after(() => void (Session.prototype.use = use));
    const wrong = session(world(), "wrong");
    await wrong.use();
    assert.equal(wrong.has(), false);
  });
});
