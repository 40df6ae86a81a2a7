import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { Dexcom, MemorySessionCache, type GlucoseReading } from "../../src/index.ts";
import { ShareSimulator, VirtualClock } from "../../src/simulator/index.ts";
import { runs } from "../support/fuzzing.ts";
import { lockOutCode, MINUTE_MS, refusalCode, step, USERNAME, World } from "./lock-out-world.ts";

describe("a refused password", () => {
  test("is not posted during its cool-down by any client that can know of it", async () => {
    let posts = 0;
    let refusals = 0;
    const property = fc.asyncProperty(
      fc.array(step, { minLength: 4, maxLength: 30 }),
      refusalCode,
      lockOutCode,
      async (steps, refusalCode, lockOutCode) => {
        const world = new World(refusalCode, lockOutCode);
        for (const step of steps) {
          await world.take(step);
          assert.deepEqual(world.watch.wrongs, []);
        }
        posts += world.watch.posts;
        refusals += world.watch.refusals;
      },
    );
    await fc.assert(property, runs(400));
    assert.ok(posts > 500 && refusals > 200, `${posts} posts, ${refusals} refusals: too few to tell`);
  });

  /** A day of calls, one every five minutes, each by the client that `make` gives. All but what `make` lets through are refused. */
  async function pollForADay(
    make: (simulator: ShareSimulator, clock: VirtualClock) => () => Dexcom,
  ): Promise<ShareSimulator> {
    const clock = new VirtualClock();
    const simulator = new ShareSimulator({ accounts: [{ username: USERNAME, password: "right" }], clock });
    const clientNow = make(simulator, clock);
    const day = async (): Promise<void> => {
      for (let polls = 0; polls < 288; polls++) {
        await assert.rejects(clientNow().getLatestGlucoseReading(), { code: "CREDENTIALS_REFUSED" });
        await clock.sleep(5 * MINUTE_MS);
      }
    };
    await clock.runUntil(day());
    return simulator;
  }
  const wrong = (fetch: typeof globalThis.fetch, clock: VirtualClock, cache?: MemorySessionCache): Dexcom =>
    new Dexcom({ username: USERNAME, password: "wrong", fetch, clock, cache });

  const days: readonly [string, Parameters<typeof pollForADay>[0]][] = [
    [
      "one client",
      ({ fetch }, clock) => {
        const client = wrong(fetch, clock);
        return () => client;
      },
    ],
    [
      "a client for each call",
      ({ fetch }, clock) =>
        () =>
          wrong(fetch, clock),
    ],
    [
      "a client and a fetch for each call, with one cache",
      ({ fetch }, clock) => {
        const cache = new MemorySessionCache(clock);
        return () => wrong((...request) => fetch(...request), clock, cache);
      },
    ],
  ];
  for (const [name, make] of days) {
    test(`is posted after 10, 20, 40 minutes and then once an hour: a day of polling locks nothing (${name})`, async () => {
      const { requests } = await pollForADay(make);
      const start = requests[0]!.timeMs;
      const first = [0, 10, 30, 70, 130, 190].map((minutes) => minutes * MINUTE_MS);
      assert.deepEqual(
        requests.slice(0, 6).map(({ timeMs }) => timeMs - start),
        first,
      );
      assert.equal(requests.length, 4 + Math.ceil(24 - 130 / 60));
      assert.ok(
        requests.every(({ code }) => code === "AccountPasswordInvalid"),
        "the account was locked",
      );
    });
  }
});

describe("after the cool-down", () => {
  test("one login probes, and the next may a minute later if the response to that one was lost", async () => {
    const clock = new VirtualClock();
    const simulator = new ShareSimulator({ accounts: [{ username: USERNAME, password: "wrong" }], clock });
    const client = (): Dexcom =>
      new Dexcom({ username: USERNAME, password: "right", fetch: simulator.fetch, clock, retry: { retries: 1 } });
    await assert.rejects(clock.runUntil(client().getLatestGlucoseReading()), { code: "CREDENTIALS_REFUSED" });
    simulator.changePassword(USERNAME, "right");
    await clock.advance(10 * MINUTE_MS);
    simulator.inject({ operation: "AuthenticatePublisherAccount", delayMs: 5000, drop: "before-headers", times: 1 });
    const probe = assert.rejects(client().getLatestGlucoseReading(), { code: "NETWORK_FAILED" });
    await clock.advance(1000);
    await assert.rejects(clock.runUntil(client().getLatestGlucoseReading()), {
      code: "CREDENTIALS_REFUSED",
      attempts: 0,
    });
    await clock.runUntil(probe);
    assert.equal(simulator.requests.length, 2);
    await assert.rejects(clock.runUntil(client().getLatestGlucoseReading()), {
      code: "LOGIN_UNDECIDED",
      retryAfterMs: MINUTE_MS,
    });
    await clock.advance(MINUTE_MS);
    assert.ok(await clock.runUntil(client().getLatestGlucoseReading()));
  });
});

describe("an account that is locked", () => {
  for (const code of ["SSO_AuthenticateMaxAttemptsExceeed", "SSO_AuthenticateMaxAttemptsExceeded"] as const) {
    test(`is left alone for ten minutes, whatever the password (${code})`, async () => {
      const clock = new VirtualClock();
      const simulator = new ShareSimulator({
        accounts: [{ username: USERNAME, password: "right" }],
        clock,
        lockOutCode: code,
      });
      simulator.lockOut(USERNAME);
      const { fetch } = simulator;
      const client = (password: string): Dexcom => new Dexcom({ username: USERNAME, password, fetch, clock });
      const locked = { name: "AccountError", code: "LOCKED_OUT" };
      await assert.rejects(clock.runUntil(client("right").getLatestGlucoseReading()), {
        ...locked,
        retryAfterMs: 10 * MINUTE_MS,
      });
      for (let minute = 1; minute < 10; minute++) {
        await clock.advance(MINUTE_MS);
        const retryAfterMs = (10 - minute) * MINUTE_MS;
        for (const password of ["right", "wrong", `new ${minute}`]) {
          await assert.rejects(clock.runUntil(client(password).getLatestGlucoseReading()), {
            ...locked,
            retryAfterMs,
            attempts: 0,
          });
        }
      }
      assert.equal(simulator.requests.length, 1);
      await clock.advance(MINUTE_MS);
      const reading: GlucoseReading | undefined = await clock.runUntil(client("right").getLatestGlucoseReading());
      assert.ok(reading);
    });
  }
});

describe("a login whose response is lost", () => {
  for (const operation of ["AuthenticatePublisherAccount", "LoginPublisherAccountById"] as const) {
    for (const retries of [0, 1, 2, 3, 10]) {
      test(`is sent ${retries < 2 ? "once" : "twice"} (${operation}, ${retries} attempts)`, async () => {
        const clock = new VirtualClock();
        const simulator = new ShareSimulator({ accounts: [{ username: USERNAME, password: "right" }], clock });
        simulator.inject({ operation, isProcessed: true, drop: "before-headers" });
        const client = new Dexcom({
          username: USERNAME,
          password: "right",
          fetch: simulator.fetch,
          clock,
          retry: { retries },
        });
        await assert.rejects(clock.runUntil(client.getLatestGlucoseReading()), { code: "NETWORK_FAILED" });
        assert.equal(
          simulator.requests.filter((request) => request.operation === operation).length,
          retries < 2 ? 1 : 2,
        );
      });
    }
  }
});
