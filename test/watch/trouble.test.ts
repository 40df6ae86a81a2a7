import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  AccountError,
  MemorySessionCache,
  NetworkError,
  RateLimitError,
  ServerError,
  systemClock,
} from "../../src/index.ts";
import { MapStore, Place } from "../stores/map-store.ts";
import { deriveKeysQuickly } from "../stores/quick-keys.ts";
import {
  DAY_MS,
  HOUR_MS,
  makeWorld,
  MINUTE_MS,
  range,
  READ,
  readings,
  SECOND_MS,
  SLOT_MS,
  START_MS,
  USER,
} from "./world.ts";

deriveKeysQuickly();

const LOGIN = "LoginPublisherAccountById";
const within = (fromMs: number, toMs: number) => (request: { readonly timeMs: number }) =>
  request.timeMs >= START_MS + fromMs && request.timeMs < START_MS + toMs;

describe("a watch in trouble", () => {
  it("ends with the error of a clock that fails to sleep", async () => {
    const { clock, dexcom, own } = makeWorld(readings(-1, 60));
    const watch = dexcom.watch();
    await clock.runUntil(watch.next());
    const broken = new Error("no timer");
    own.sleep = () => Promise.reject(broken);
    await assert.rejects(clock.runUntil(watch.next()), broken);
  });

  const troubles: [what: string, fault: object, kind: new (...args: never[]) => Error][] = [
    ["pages with status 503", { status: 503 }, ServerError],
    ["faults of an unknown name", { code: "SomethingNew" }, ServerError],
    ["pages in place of data", { status: 200, body: "<html>" }, ServerError],
    ["an object in place of a list", { body: "{}" }, ServerError],
    ["no response", { drop: "before-headers" }, NetworkError],
    ["half a response", { drop: "mid-body" }, NetworkError],
    ["a response that never comes", { delayMs: Infinity }, NetworkError],
    ["429", { status: 429 }, RateLimitError],
  ];
  for (const [what, fault, kind] of troubles) {
    it(`outlasts two hours of ${what}, loses nothing, and says how long it waits`, async () => {
      const { clock, follow, simulator, eventsOf, reads, count } = makeWorld(readings(-1, 60));
      simulator.inject({ ...fault, when: within(HOUR_MS, 3 * HOUR_MS) });
      const { slots, failure } = follow();
      await clock.advance(4 * HOUR_MS);
      assert.equal(failure(), undefined);
      assert.deepEqual(slots(), range(-1, 47));
      const waits = eventsOf("waiting");
      assert.ok(waits.length > 20 && waits.every(({ error }) => error instanceof kind));
      assert.ok(waits.every(({ delayMs }) => delayMs >= 5000 && delayMs <= 300_000));
      const asked = reads().filter(({ atS }) => atS >= 3600 && atS < 3 * 3600);
      assert.ok(asked.length < 40, `${asked.length} requests in two hours`);
      assert.equal(count(LOGIN), 1, "the session is kept");
    });
  }

  it("waits 5 s after a failure, twice as long after each further one, up to 5 minutes, and starts again with 5 s after a success", async () => {
    const { clock, follow, simulator, eventsOf } = makeWorld(readings(-1, 60));
    simulator.inject({ status: 502, when: within(HOUR_MS, 2 * HOUR_MS) });
    simulator.inject({ status: 502, when: within(3 * HOUR_MS, 4 * HOUR_MS) });
    follow();
    await clock.advance(4 * HOUR_MS);
    const delays = eventsOf("waiting").map(({ delayMs, atMs }) => [Math.floor(atMs / HOUR_MS), delayMs / SECOND_MS]);
    for (const hour of [1, 3]) {
      const ofHour = delays.flatMap(([at, delay]) => (at === hour ? [delay] : []));
      assert.deepEqual(ofHour.slice(0, 8), [5, 10, 20, 40, 80, 160, 300, 300]);
    }
  });

  it("waits a minute after a 429 that names no time", async () => {
    const { clock, follow, simulator, eventsOf } = makeWorld(readings(-1, 60));
    simulator.inject({ status: 429, operation: READ, after: 1, times: 2 });
    follow();
    await clock.advance(HOUR_MS);
    assert.deepEqual(
      eventsOf("waiting").map(({ delayMs }) => delayMs),
      [60_000, 120_000],
    );
  });

  it("asks no earlier than Retry-After says, and not much later", async () => {
    const { clock, follow, simulator, reads, eventsOf } = makeWorld(readings(-1, 60));
    simulator.inject({ status: 429, headers: { "retry-after": "2000" }, operation: READ, after: 2, times: 1 });
    const { slots } = follow();
    await clock.advance(2 * HOUR_MS);
    const at = reads().map(({ atS }) => atS);
    const gap = Math.max(...at.slice(1).map((time, i) => time - at[i]!));
    assert.ok(gap >= 2000 && gap < 2001, `${gap} s`);
    assert.deepEqual(
      eventsOf("waiting").map(({ delayMs }) => delayMs),
      [2_000_000],
    );
    assert.deepEqual(slots(), range(-1, 23));
  });

  it("asks for what came in an outage with one request", async () => {
    const { clock, follow, simulator, reads } = makeWorld(readings(-1, 60));
    simulator.inject({ status: 503, when: within(HOUR_MS, 3 * HOUR_MS) });
    const { delivered } = follow();
    await clock.advance(4 * HOUR_MS);
    const after = reads().find(({ atS }) => atS >= 3 * 3600)!;
    assert.ok(after.atS - 3 * 3600 <= 300);
    assert.equal(delivered.filter(({ atMs }) => atMs === after.atS * 1000).length, 25);
  });

  it("logs in again when the session ends, and no more than twice a day", async () => {
    const { clock, follow, count } = makeWorld(readings(-1, 600));
    const { slots } = follow();
    await clock.advance(2 * DAY_MS);
    assert.deepEqual(slots(), range(-1, 575));
    assert.ok(count(LOGIN) <= 3, `${count(LOGIN)} logins in two days`);
  });
});

describe("a watch whose credentials are refused", () => {
  it("ends with the AccountError after one post if they never worked", async () => {
    const { clock, follow, count } = makeWorld(readings(-1, 60), { password: "wrong" });
    const { done, failure } = follow();
    await clock.runUntil(done);
    assert.ok(failure() instanceof AccountError);
    assert.equal((failure() as AccountError).code, "CREDENTIALS_REFUSED");
    assert.equal(count("AuthenticatePublisherAccount") + count(LOGIN), 1);
    assert.equal(clock.sleeping, 0);
  });

  it("ends with the AccountError if the account is locked before they ever worked", async () => {
    const { clock, follow, simulator } = makeWorld(readings(-1, 60));
    simulator.lockOut(USER.username);
    const { done, failure } = follow();
    await clock.runUntil(done);
    assert.equal((failure() as AccountError).code, "LOCKED_OUT");
  });

  it("ends if the service refuses an argument before they ever worked", async () => {
    const { clock, follow, simulator } = makeWorld(readings(-1, 60));
    simulator.inject({ code: "InvalidArgument", message: "password" });
    const { done, failure } = follow();
    await clock.runUntil(done);
    assert.equal((failure() as Error).name, "ArgumentError");
  });

  it("waits out the cool-down and continues if they have worked before and work again", async () => {
    const { clock, follow, simulator, eventsOf, count } = makeWorld(readings(-1, 60));
    const { slots, failure } = follow();
    await clock.advance(HOUR_MS);
    simulator.inject({ operation: LOGIN, code: "AccountPasswordInvalid", times: 1 });
    simulator.expireSessions();
    await clock.advance(HOUR_MS);
    assert.equal(failure(), undefined);
    assert.deepEqual(slots(), range(-1, 23));
    assert.equal(eventsOf("refused").length, 1);
    const [wait, ...others] = eventsOf("waiting");
    assert.ok(wait?.error instanceof AccountError && wait.delayMs === 600_000 && others.length === 0);
    assert.equal(count(LOGIN), 3, "the first login, the refused one, the probe");
  });

  it("probes after 10, 20, 40, 60, 60 … minutes if they have worked before, and ends when refused for a day", async () => {
    const { clock, follow, simulator, eventsOf } = makeWorld(readings(-1, 60));
    const { failure, slots, hasEnded } = follow();
    await clock.advance(HOUR_MS);
    simulator.changePassword(USER.username, "another");
    simulator.expireSessions();
    await clock.advance(23 * HOUR_MS);
    assert.ok(!hasEnded());
    assert.equal(failure(), undefined);
    await clock.advance(3 * HOUR_MS);
    assert.ok(failure() instanceof AccountError);
    const posts = simulator.requests.filter(
      ({ operation, timeMs }) => operation === LOGIN && timeMs > START_MS + HOUR_MS,
    );
    const minutes = posts.map(({ timeMs }) => (timeMs - START_MS) / MINUTE_MS);
    const gaps = minutes.slice(1).map((minute, index) => Math.round(minute - minutes[index]!));
    assert.deepEqual(gaps.slice(0, 5), [10, 20, 40, 60, 60]);
    assert.ok(posts.length >= 24 && posts.length <= 27, `${posts.length} posts`);
    assert.equal(eventsOf("waiting").length, posts.length - 1);
    assert.deepEqual(slots(), range(-1, 11));
  });

  it("continues if they have worked for another process whose session it took from a store", async () => {
    const place = new Place(systemClock);
    const { clock, simulator, dexcom } = makeWorld(readings(-1, 60), { cache: new MapStore(place) });
    await clock.runUntil(dexcom.getLatestGlucoseReading());
    const { follow, eventsOf } = makeWorld([], {
      cache: new MapStore(place),
      fetch: (url, init) => simulator.fetch(url, init),
      clock,
    });
    const { slots, failure } = follow();
    await clock.advance(HOUR_MS);
    simulator.inject({ operation: LOGIN, code: "AccountPasswordInvalid", times: 1 });
    simulator.expireSessions();
    await clock.advance(HOUR_MS);
    assert.equal(failure(), undefined);
    assert.equal(eventsOf("refused").length, 1);
    assert.deepEqual(slots(), range(-1, 23));
  });

  it("ends if it took a session from a plain cache and they never worked", async () => {
    const cache = new MemorySessionCache();
    const { clock, simulator, dexcom } = makeWorld(readings(-1, 60), { cache });
    await clock.runUntil(dexcom.getLatestGlucoseReading());
    const { follow } = makeWorld([], {
      cache,
      password: "wrong",
      fetch: (url, init) => simulator.fetch(url, init),
      clock,
    });
    const { slots, done, failure } = follow();
    await clock.advance(HOUR_MS);
    simulator.expireSessions();
    await clock.runUntil(done);
    assert.deepEqual(slots(), range(-1, 11));
    assert.ok(failure() instanceof AccountError);
  });

  it("does not count a refusal twice that another watch of the client shares", async () => {
    const { clock, follow, simulator } = makeWorld(readings(-1, 60));
    const [one, two] = [follow(), follow()];
    await clock.advance(HOUR_MS);
    simulator.inject({ operation: LOGIN, code: "AccountPasswordInvalid", times: 2 });
    simulator.expireSessions();
    await clock.advance(2 * HOUR_MS);
    assert.deepEqual([one.failure(), two.failure()], [undefined, undefined]);
    assert.deepEqual(one.slots(), two.slots());
    assert.deepEqual(one.slots(), range(-1, 35));
  });
});

describe("staleness", () => {
  const silent = (slot: number): number => (slot >= 4 && slot < 12 ? (12 - slot) * SLOT_MS + 18_000 : 18_000);

  it("is reported once, to the second, when no reading is younger than 15 minutes, and its end when one is", async () => {
    const { clock, follow, events } = makeWorld(readings(-1, 30, silent));
    follow();
    await clock.advance(20 * SLOT_MS);
    const told = events.filter(({ type }) => type === "stale" || type === "recovered");
    assert.deepEqual(
      told.map(({ type }) => type),
      ["stale", "recovered"],
    );
    // The clocks are known to a second.
    assert.ok(Math.abs(told[0]!.atMs - 6 * SLOT_MS) <= SECOND_MS, `${told[0]!.atMs} ms`);
    assert.ok(told[1]!.atMs - 12 * SLOT_MS < 2 * MINUTE_MS, `${told[1]!.atMs} ms`);
  });

  it("takes the limit that is given", async () => {
    const { clock, follow, eventsOf } = makeWorld(readings(-1, 30, silent));
    follow({ staleAfterMs: 30 * MINUTE_MS });
    await clock.advance(20 * SLOT_MS);
    assert.ok(Math.abs(eventsOf("stale")[0]!.atMs - 9 * SLOT_MS) <= SECOND_MS);
  });

  it("is reported at once if the latest reading is old, before that reading is delivered or right after", async () => {
    const { clock, follow, eventsOf } = makeWorld(readings(-40, -30));
    const { slots } = follow();
    await clock.advance(SECOND_MS);
    assert.deepEqual(slots(), [-30]);
    assert.equal(eventsOf("stale").length, 1);
    await clock.advance(HOUR_MS);
    assert.equal(eventsOf("stale").length, 1);
  });

  it("is reported in an outage too, also in one that was there from the start", async () => {
    const { clock, follow, simulator, events } = makeWorld(readings(-1, 30));
    simulator.inject({ status: 503, when: within(0, HOUR_MS) });
    follow();
    await clock.advance(2 * HOUR_MS);
    const told = events.filter(({ type }) => type === "stale" || type === "recovered");
    assert.deepEqual(
      told.map(({ type }) => type),
      ["stale", "recovered"],
    );
    assert.ok(Math.abs(told[0]!.atMs - 15 * MINUTE_MS) <= SECOND_MS, `${told[0]!.atMs} ms`);
  });
});
