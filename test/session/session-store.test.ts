import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  AccountError,
  ArgumentError,
  Dexcom,
  type Clock,
  type DexcomEvent,
  type DexcomOptions,
  type SessionCache,
} from "../../src/index.ts";
import { deriveFromPassword } from "../../src/session/entry-keys.ts";
import { SealedEntry } from "../../src/session/sealed-entry.ts";
import type { SessionStore } from "../../src/session/session-store.ts";
import { ShareSimulator, VirtualClock, type ShareSimulatorOptions } from "../../src/simulator/index.ts";
import { isLock, MapStore, Place, PlainMapStore } from "../stores/map-store.ts";
import { deriveKeysQuickly } from "../stores/quick-keys.ts";
import { ACCOUNT, asked } from "../stores/service.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

deriveKeysQuickly();

/** Some processes that share a place; each has its own `fetch`, so none knows what another was refused. */
function world(options: Partial<ShareSimulatorOptions> = {}): {
  clock: VirtualClock;
  simulator: ShareSimulator;
  place: Place;
  events: DexcomEvent[];
  start: (more?: Partial<DexcomOptions>) => Dexcom;
} {
  const clock = new VirtualClock();
  const simulator = new ShareSimulator({ accounts: [ACCOUNT], clock, ...options });
  const place = new Place(clock);
  const events: DexcomEvent[] = [];
  const start = (more: Partial<DexcomOptions> = {}): Dexcom =>
    new Dexcom({
      ...ACCOUNT,
      clock,
      fetch: (url, init) => simulator.fetch(url, init),
      cache: new MapStore(place),
      onEvent: (event) => void events.push(event),
      ...more,
    } as DexcomOptions);
  return { clock, simulator, place, events, start };
}

const read = (dexcom: Dexcom): Promise<unknown> => dexcom.getLatestGlucoseReading();

function failures(events: readonly DexcomEvent[]): string[] {
  return events.flatMap((event) => (event.type === "cache-failure" ? [event.method] : []));
}

describe("a session store", () => {
  test("gives the session of one client to the next, which makes one request", async () => {
    const { simulator, start } = world();
    await read(start());
    assert.deepEqual(asked(simulator), { authentications: 1, logins: 1, reads: 1 });
    await read(start());
    assert.deepEqual(asked(simulator), { authentications: 1, logins: 1, reads: 2 });
  });

  test("is asked once by a client that goes on reading, and keeps a session for 23 hours that use does not renew", async () => {
    const { clock, place, start } = world();
    const dexcom = start();
    await read(dexcom);
    const calls = place.calls.length;
    for (let hour = 0; hour < 3; hour++) {
      await clock.advance(HOUR_MS);
      await read(dexcom);
    }
    assert.equal(place.calls.length, calls);
    assert.deepEqual(place.ttls, [23 * HOUR_MS]);
  });

  test("keeps a session for as long as its own ttlMs says, whatever sessionTtlMs is", async () => {
    const { place, start } = world();
    await read(start({ cache: new MapStore(place, { ttlMs: 5 * MINUTE_MS }), sessionTtlMs: 1000 }));
    assert.deepEqual(place.ttls, [5 * MINUTE_MS]);
  });

  for (const ttlMs of [0, -1, NaN, Infinity, "1000"]) {
    test(`refuses a ttlMs of ${String(ttlMs)}`, () => {
      assert.throws(() => new MapStore(new Place(new VirtualClock()), { ttlMs: ttlMs as number }), ArgumentError);
    });
  }

  test("is not touched by a constructor, and its key is derived once for each client", async (t) => {
    const { place, start } = world();
    const derive = t.mock.method(crypto.subtle, "deriveBits");
    const dexcom = start();
    assert.equal(derive.mock.callCount(), 0);
    assert.deepEqual(place.calls, []);
    await Promise.all([read(dexcom), read(dexcom), read(dexcom)]);
    assert.equal(derive.mock.callCount(), 1);
    await read(dexcom);
    assert.equal(derive.mock.callCount(), 1);
  });

  test("is shared by clients of one account, and by no others", async () => {
    const { simulator, start } = world({
      accounts: [ACCOUNT, { username: "other@example.com", password: ACCOUNT.password }],
    });
    await read(start());
    const differences: Partial<DexcomOptions>[] = [
      { username: "other@example.com" },
      { baseUrl: "https://proxy.example" },
      { username: undefined, accountId: simulator.getAccountId(ACCOUNT.username) },
    ];
    for (const [index, difference] of differences.entries()) {
      await read(start(difference));
      assert.equal(asked(simulator).logins, index + 2, JSON.stringify(difference));
    }
    await read(start({ username: ACCOUNT.username.toUpperCase() }));
    assert.equal(asked(simulator).logins, differences.length + 1, "an email in capitals is the same account");
  });

  test("is empty to a client with another password: one post, an AccountError, no reading", async () => {
    const { simulator, start } = world();
    await read(start());
    const before = simulator.requests.length;
    await assert.rejects(read(start({ password: "wrong" })), AccountError);
    assert.equal(simulator.requests.length, before + 1);
    await read(start());
    assert.equal(asked(simulator).logins, 1, "the session of the right password is still there");
  });

  test("holds no password, user name, id or name of the service, and nothing twice alike", async () => {
    const { simulator, clock, place, start } = world({ lockOutAfter: 2 });
    const dexcom = start();
    await read(dexcom);
    const first = place.dump();
    simulator.expireSessions();
    await read(start());
    await assert.rejects(read(start({ password: "wrong-horse" })), AccountError);
    await clock.advance(11 * MINUTE_MS);
    await assert.rejects(read(start({ password: "wrong-horse" })), AccountError);
    const dump = first + place.dump();
    for (const secret of [
      ACCOUNT.password,
      "wrong-horse",
      ACCOUNT.username,
      simulator.getAccountId(ACCOUNT.username),
      "dexcom.com",
      "Failed",
    ]) {
      for (const form of [secret, btoa(secret), Buffer.from(secret).toString("hex")]) {
        assert.ok(!dump.includes(form), `${secret} is in the store`);
      }
    }
    assert.doesNotMatch(dump, /[\da-f]{8}-[\da-f]{4}-/);
  });
});

describe("a refused session", () => {
  test("is looked up again first: another in the store is used without a login", async () => {
    const { simulator, start } = world();
    const [early, late] = [start(), start()];
    await read(early);
    await read(late);
    simulator.expireSessions();
    await read(early);
    const before = simulator.requests.length;
    await read(late);
    assert.deepEqual(asked(simulator, before), { authentications: 0, logins: 0, reads: 2 });
  });

  test("is replaced by one login of many clients that learn of it together", async () => {
    const { clock, simulator, start } = world();
    const clients = Array.from({ length: 20 }, () => start());
    await read(clients[0]!);
    await Promise.all(clients.map(read));
    simulator.expireSessions();
    simulator.inject({ operation: "LoginPublisherAccountById", delayMs: 900, times: 1 });
    await clock.runUntil(Promise.all(clients.map(read)));
    assert.equal(asked(simulator).logins, 2);
  });

  test("is gone from the store where the login that was to replace it fails", async () => {
    const { simulator, start } = world();
    await read(start());
    simulator.expireSessions();
    simulator.changePassword(ACCOUNT.username, "new");
    await assert.rejects(read(start()), AccountError);
    const before = simulator.requests.length;
    await assert.rejects(read(start()), AccountError);
    assert.equal(simulator.requests.length, before, "the next process sent a request with the dead session");
  });
});

const never = new Promise<never>(() => undefined);

describe("the lock around a login", () => {
  /** Clients that start while the login of the first takes its time. */
  async function race(
    more: Partial<DexcomOptions>,
    delayMs: number,
  ): Promise<{ logins: number; tookMs: number; place: Place }> {
    const { clock, simulator, place, start } = world();
    simulator.inject({ operation: "LoginPublisherAccountById", delayMs, times: 1 });
    const startedAt = clock.now();
    await clock.runUntil(Promise.all(Array.from({ length: 10 }, () => read(start(more)))));
    return { logins: asked(simulator).logins, tookMs: clock.now() - startedAt, place };
  }

  test("lets one of many clients log in while the others wait", async () => {
    const { logins, tookMs, place } = await race({}, 3000);
    assert.equal(logins, 1);
    assert.ok(tookMs < 5000, `the last was done after ${tookMs} ms`);
    assert.deepEqual([...place.kept.keys()].filter(isLock), [], "the lock was not given back");
  });

  test("is not there in a store without replace: each logs in, and the last session stays", async () => {
    const { clock, simulator, place, start } = world();
    const cache = (): SessionStore => new PlainMapStore(place);
    // So that neither is done before the other one has posted.
    simulator.inject({ operation: "LoginPublisherAccountById", delayMs: 1000, times: 2 });
    await clock.runUntil(Promise.all([read(start({ cache: cache() })), read(start({ cache: cache() }))]));
    assert.equal(asked(simulator).logins, 2);
    await read(start({ cache: cache() }));
    assert.equal(asked(simulator).logins, 2);
    simulator.expireSessions();
    await read(start({ cache: cache() }));
    assert.equal(asked(simulator).logins, 3);
    assert.ok(!place.calls.includes("replace"));
  });

  test("is looked behind: a session that was stored while it was asked for is used", async () => {
    const { simulator, place, start } = world();
    place.fault = async (method) => {
      if (method !== "replace") return;
      place.fault = undefined;
      await read(start());
    };
    await read(start());
    assert.deepEqual(asked(simulator), { authentications: 1, logins: 1, reads: 2 });
  });

  test("is given back where the login fails", async () => {
    const { simulator, place, start } = world();
    simulator.inject({ operation: "AuthenticatePublisherAccount", status: 503, times: 1 });
    await assert.rejects(read(start({ retry: { retries: 1 } })));
    assert.deepEqual([...place.kept.keys()].filter(isLock), []);
  });

  test("of a dead holder expires after ten seconds", async () => {
    const { clock, simulator, place, start } = world();
    const dead = new AbortController();
    // Its login never ends, and a process that was killed renews nothing and gives nothing back.
    const stopped: Clock = { now: () => clock.now(), sleep: () => never, hold: (work) => clock.hold(work) };
    const killed = start({
      clock: stopped,
      fetch: async (url, init) =>
        (url as string).includes("Login") ? new Promise<never>(() => undefined) : simulator.fetch(url, init),
      timeoutMs: HOUR_MS,
    }).getLatestGlucoseReading({ signal: dead.signal });
    const startedAt = clock.now();
    while (![...place.kept.keys()].some(isLock)) await new Promise(setImmediate);
    const reading = read(start());
    await clock.runUntil(reading);
    dead.abort();
    await assert.rejects(killed);
    const waitedMs = clock.now() - startedAt;
    assert.ok(waitedMs >= 10_000 && waitedMs < 12_000, `waited ${waitedMs} ms`);
    assert.equal(asked(simulator).logins, 1);
  });

  test("that was lost keeps the late session from taking the place of the newer one", async () => {
    const { clock, simulator, place, start } = world();
    simulator.inject({ operation: "LoginPublisherAccountById", delayMs: 16_000, times: 1 });
    const late = read(start({ timeoutMs: 20_000 }));
    await clock.advance(1000);
    for (const key of [...place.kept.keys()].filter(isLock)) place.put(key, null, 0);
    const newer = read(start());
    await clock.runUntil(newer);
    const kept = place.dump();
    await clock.runUntil(late);
    assert.equal(asked(simulator).logins, 2);
    assert.equal(place.dump(), kept);
  });

  test("that a store without sense never gives is waited for in vain, but not for ever", async () => {
    const { clock, place, simulator, start } = world();
    class Senseless extends MapStore {
      override async replace(): Promise<boolean> {
        return false;
      }
    }
    await clock.runUntil(read(start({ cache: new Senseless(place) })));
    assert.equal(asked(simulator).logins, 1);
  });
});

describe("a refusal", () => {
  test("of a password is remembered for other processes: a hundred calls of ten clients post it once", async () => {
    const { simulator, start } = world();
    for (let client = 0; client < 10; client++) {
      const dexcom = start({ password: "wrong" });
      for (let call = 0; call < 10; call++) {
        await assert.rejects(read(dexcom), {
          name: "AccountError",
          message: "Failed to authenticate",
          code: "CREDENTIALS_REFUSED",
        });
      }
    }
    assert.equal(simulator.requests.length, 1);
  });

  test("keeps nobody waiting for a lock: no post comes of it", async () => {
    const { clock, place, start } = world();
    await assert.rejects(read(start({ password: "wrong" })), AccountError);
    place.calls.length = 0;
    const startedAt = clock.now();
    await clock.runUntil(Promise.allSettled(Array.from({ length: 10 }, () => read(start({ password: "wrong" })))));
    assert.deepEqual([clock.now() - startedAt, place.calls.includes("replace")], [0, false]);
  });

  test("tells the other processes how long it holds, and doubles with each probe up to an hour", async () => {
    const { clock, simulator, start } = world({ lockOutAfter: Infinity });
    for (const minutes of [10, 20, 40, 60, 60]) {
      await assert.rejects(read(start({ password: "wrong" })), { retryAfterMs: minutes * MINUTE_MS, attempts: 1 });
      await clock.advance(minutes * MINUTE_MS - 1);
      await assert.rejects(read(start({ password: "wrong" })), { retryAfterMs: 1, attempts: 0 });
      await clock.advance(1);
    }
    assert.equal(simulator.requests.length, 5);
  });

  test("is void once the password was accepted", async () => {
    const { clock, simulator, start } = world();
    await assert.rejects(read(start({ password: "new" })), AccountError);
    simulator.changePassword(ACCOUNT.username, "new");
    await clock.advance(10 * MINUTE_MS);
    await read(start({ password: "new" }));
    simulator.changePassword(ACCOUNT.username, "newer");
    simulator.expireSessions();
    await assert.rejects(read(start({ password: "new" })), { retryAfterMs: 10 * MINUTE_MS, attempts: 1 });
  });

  test("because the account is locked stops the posts of that password, in every process", async () => {
    const { clock, simulator, start } = world();
    simulator.lockOut(ACCOUNT.username, 20 * MINUTE_MS);
    await assert.rejects(read(start()), { code: "LOCKED_OUT", attempts: 1 });
    for (let process = 0; process < 3; process++) {
      await assert.rejects(read(start()), { code: "LOCKED_OUT", attempts: 0, retryAfterMs: 10 * MINUTE_MS });
    }
    assert.equal(simulator.requests.length, 1);
    await clock.advance(10 * MINUTE_MS);
    await assert.rejects(read(start()), { code: "LOCKED_OUT", attempts: 1 });
    assert.equal(simulator.requests.length, 2);
  });

  test("because the account is locked stops the posts of every password, in every process that has the secret", async () => {
    const { simulator, place, start } = world();
    const startWithSecret = (password: string): Dexcom =>
      start({ password, cache: new MapStore(place, { secret: new Uint8Array(32).fill(7) }) });
    simulator.lockOut(ACCOUNT.username, 20 * MINUTE_MS);
    await assert.rejects(read(startWithSecret(ACCOUNT.password)), { code: "LOCKED_OUT", attempts: 1 });
    for (const password of [ACCOUNT.password, "wrong", "other"]) {
      await assert.rejects(read(startWithSecret(password)), { code: "LOCKED_OUT", attempts: 0 });
    }
    assert.equal(simulator.requests.length, 1);
  });

  test("does not outlast its time where the machine that stored it has a fast clock", async () => {
    const { simulator, place, start } = world();
    const fast = new VirtualClock(place.clock.now() + 5 * HOUR_MS);
    await assert.rejects(read(start({ password: "wrong", clock: fast })), AccountError);
    await assert.rejects(read(start({ password: "wrong" })), { retryAfterMs: 10 * MINUTE_MS, attempts: 0 });
    assert.equal(simulator.requests.length, 1);
  });
});

describe("a store that fails", () => {
  const FAULTS = {
    rejects: () => Promise.reject(new Error("connection lost")),
    throws: () => {
      throw new Error("connection lost");
    },
    hangs: () => never,
  };
  for (const [how, fault] of Object.entries(FAULTS)) {
    for (const method of ["get", "set", "delete", "replace", "all"] as const) {
      for (const Store of [MapStore, PlainMapStore]) {
        test(`(${Store.name}: ${method} ${how}) costs a login and no reading, and one time-out at most`, async () => {
          const { clock, simulator, place, start } = world();
          place.fault = (asked) => (method === "all" || asked === method ? fault() : undefined);
          const dexcom = start({ cache: new Store(place) });
          const startedAt = clock.now();
          await clock.runUntil(read(dexcom));
          for (let more = 0; more < 3; more++) await clock.runUntil(read(dexcom));
          assert.equal(asked(simulator).logins, 1);
          assert.equal(asked(simulator).reads, 4);
          simulator.expireSessions();
          await clock.runUntil(read(dexcom));
          assert.equal(asked(simulator).logins, 2);
          const tookMs = clock.now() - startedAt;
          assert.ok(tookMs <= (how === "hangs" ? 4000 : 0), `it took ${tookMs} ms`);
        });
      }
    }
  }

  test("late, because this process was held up, is heard all the same: its timers were due before the answer was looked at", async () => {
    const { clock, simulator, place, events, start } = world();
    await read(start());
    place.fault = () => new Promise((resolve) => void setImmediate(resolve));
    let wasHeldUp = false;
    const heldUp: Clock = {
      now: () => clock.now(),
      sleep(ms, signal) {
        if (!wasHeldUp && ms <= 2000) return Promise.resolve(void (wasHeldUp = true));
        return new Promise((_resolve, reject) =>
          signal?.addEventListener("abort", () => reject(signal.reason as Error)),
        );
      },
    };
    await read(start({ clock: heldUp }));
    assert.ok(wasHeldUp);
    assert.deepEqual(failures(events), []);
    assert.equal(asked(simulator).logins, 1);
  });

  test("is reported, each time that it was asked", async () => {
    const { clock, place, events, start } = world();
    const dexcom = start();
    place.fault = () => Promise.reject(new Error("connection lost"));
    await clock.runUntil(read(dexcom));
    assert.deepEqual(failures(events), ["get"]);
    assert.doesNotMatch(JSON.stringify(events), /connection lost/);
  });

  test("is asked again after five seconds", async () => {
    const { clock, simulator, place, start } = world();
    const dexcom = start();
    place.fault = () => Promise.reject(new Error("connection lost"));
    await read(dexcom);
    place.fault = undefined;
    await clock.advance(5000);
    simulator.expireSessions();
    await read(dexcom);
    assert.equal(asked(simulator).logins, 2);
    await read(start());
    assert.equal(asked(simulator).logins, 2, "the second session was not stored");
  });

  test("and then does late what was asked of it leaves no lock behind", async () => {
    const { clock, place, start } = world();
    const late: (() => void)[] = [];
    // As a client does that queues while it has no connection.
    place.fault = (method) => (method === "replace" ? new Promise((resolve) => void late.push(resolve)) : undefined);
    await clock.runUntil(read(start()));
    place.fault = undefined;
    for (const go of late.splice(0)) go();
    await new Promise(setImmediate);
    assert.deepEqual([...place.kept.keys()].filter(isLock), []);
  });

  test("does not keep a caller that aborts", async () => {
    const { place, simulator, start } = world();
    place.fault = () => never;
    const controller = new AbortController();
    const reason = new Error("enough");
    const reading = start().getLatestGlucoseReading({ signal: controller.signal });
    while (place.calls.length === 0) await new Promise(setImmediate);
    controller.abort(reason);
    await assert.rejects(reading, (thrown) => thrown === reason);
    assert.equal(simulator.requests.length, 0);
  });

  for (const value of [
    "",
    "null",
    "{}",
    "not base64!",
    btoa("short"),
    btoa("x".repeat(200)),
    JSON.stringify({ id: "x" }),
  ]) {
    test(`by giving back ${JSON.stringify(value.slice(0, 20))} counts as empty`, async () => {
      const { place, simulator, events, start } = world();
      await read(start());
      for (const key of place.kept.keys()) place.put(key, value, HOUR_MS);
      await read(start());
      assert.equal(asked(simulator).logins, 2);
      assert.deepEqual(failures(events), []);
      await read(start());
      assert.equal(asked(simulator).logins, 2, "what was there was not replaced");
    });
  }

  test("by giving back what is sealed but no id counts as empty", async () => {
    const { clock, place, simulator, start } = world();
    const entry = new SealedEntry(new MapStore(place), clock, () =>
      deriveFromPassword(ACCOUNT.password, `https://share2.dexcom.com/ShareWebServices/Services/\n${ACCOUNT.username}`),
    );
    for (const id of ["none", 5, null, "00000000-0000-0000-0000-000000000000"]) {
      await entry.read();
      await entry.write({ id }, HOUR_MS);
      const before = simulator.requests.length;
      await read(start());
      assert.deepEqual(asked(simulator, before), { authentications: 1, logins: 1, reads: 1 });
    }
  });

  test("by giving one entry's value for another's counts as empty", async () => {
    const { place, simulator, start } = world({
      accounts: [ACCOUNT, { username: "other@example.com", password: ACCOUNT.password }],
    });
    await read(start());
    const stolen = [...place.kept.values()][0]!.value;
    await read(start({ username: "other@example.com" }));
    for (const key of place.kept.keys()) place.put(key, stolen, HOUR_MS);
    const before = simulator.requests.length;
    await read(start({ username: "other@example.com" }));
    assert.equal(asked(simulator, before).logins, 1);
  });

  test("where there is no cryptography is one that fails", async (t) => {
    const { simulator, events, start } = world();
    t.mock.method(crypto.subtle, "importKey", () => Promise.reject(new Error("not here")));
    await read(start());
    assert.equal(asked(simulator).logins, 1);
    assert.deepEqual(failures(events), ["get"]);
  });
});

describe("a three-method cache beside the stores", () => {
  test("holds the plain id, whatever other methods it has", async () => {
    const { simulator, start } = world();
    class Fancy implements SessionCache {
      id: string | null = null;
      get = async (): Promise<string | null> => this.id;
      set = async (id: string): Promise<void> => void (this.id = id);
      clear = async (): Promise<void> => void (this.id = null);
      delete = (): never => assert.fail("not one of the three");
      replace = this.delete;
    }
    const cache = new Fancy();
    await read(start({ cache }));
    assert.match(cache.id!, /^[\da-f-]{36}$/);
    await read(start({ cache }));
    assert.equal(asked(simulator).logins, 1);
  });

  test("must be complete", () => {
    const { start } = world();
    for (const cache of [{}, { get() {}, set() {}, delete() {} }, { get() {}, clear() {} }, 5, "redis"]) {
      assert.throws(() => start({ cache: cache as never }), {
        name: "ArgumentError",
        message: "cache must have the methods get,set,clear",
      });
    }
  });
});
