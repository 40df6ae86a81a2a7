import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { AccountError, Dexcom, MemorySessionCache, Region, type GlucoseReading } from "../../src/index.ts";
import { REGION_ENDPOINTS } from "../../src/region.ts";
import {
  ShareSimulator,
  VirtualClock,
  type Injection,
  type LockOutCode,
  type RefusalCode,
} from "../../src/simulator/index.ts";
import { runs } from "../support/fuzzing.ts";
import { PasswordWatch, type Watched } from "../support/password-watch.ts";

const USERNAME = "someone@example.com";
const OTHER = "other@example.com";
const PASSWORDS = ["right", "wrong", "wrong too"] as const;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const { applicationId } = REGION_ENDPOINTS[Region.US];

type Step =
  | {
      readonly do: "client";
      readonly password: number;
      readonly fetch: number;
      readonly cache: number;
      readonly by: "name" | "NAME" | "id";
    }
  | { readonly do: "call"; readonly clients: readonly number[] }
  | { readonly do: "wait"; readonly ms: number }
  | { readonly do: "change password"; readonly password: number }
  | { readonly do: "lose"; readonly times: number; readonly isStalled: boolean; readonly isLogin: boolean }
  | { readonly do: "lock" | "expire" | "turn away" };

const index = fc.nat({ max: 11 });
const client = fc.record({
  do: fc.constant("client" as const),
  password: fc.constantFrom(0, 1, 1, 2),
  fetch: fc.nat({ max: 1 }),
  cache: fc.nat({ max: 2 }),
  by: fc.constantFrom("name" as const, "name" as const, "NAME" as const, "id" as const),
});
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: client },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant("call" as const),
      clients: fc.array(index, { minLength: 1, maxLength: 5 }),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant("wait" as const),
      ms: fc.oneof(
        fc.integer({ min: 0, max: 2 * HOUR_MS }),
        fc.constantFrom(1, 599_999, 600_000, 1_200_000, 2_400_000, HOUR_MS, 3 * HOUR_MS),
      ),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("change password" as const), password: fc.nat({ max: 2 }) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("lose" as const),
      times: fc.integer({ min: 1, max: 4 }),
      isStalled: fc.boolean(),
      isLogin: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constantFrom("lock" as const, "expire" as const, "turn away" as const) }),
  },
);

const refusalCode = fc.constantFrom<RefusalCode>(
  "AccountPasswordInvalid",
  "SSO_InternalError",
  "SSO_AuthenticatePasswordInvalid",
);
const lockOutCode = fc.constantFrom<LockOutCode>(
  "SSO_AuthenticateMaxAttemptsExceeed",
  "SSO_AuthenticateMaxAttemptsExceeded",
);

/** Clients of one account, with right and wrong passwords, that share fetch functions and caches or do not. */
class World {
  readonly clock: VirtualClock = new VirtualClock();
  readonly watch: PasswordWatch = new PasswordWatch(this.clock);
  readonly #simulator: ShareSimulator;
  readonly #fetches: readonly (typeof fetch)[];
  readonly #caches: readonly MemorySessionCache[];
  readonly #clients: Dexcom[] = [];
  readonly #bystander: Dexcom;

  constructor(refusalCode: RefusalCode, lockOutCode: LockOutCode) {
    const accounts = [
      { username: USERNAME, password: PASSWORDS[0] },
      { username: OTHER, password: "theirs" },
    ];
    this.#simulator = new ShareSimulator({ accounts, clock: this.clock, refusalCode, lockOutCode });
    this.#fetches = [0, 1].map(() => this.watch.watch(this.#simulator.fetch, applicationId));
    this.#caches = [0, 1].map(() => new MemorySessionCache(this.clock));
    const fetch = this.#fetches[0]!;
    const id = this.watch.add({ password: "theirs", scopes: [fetch], accounts: new Set([OTHER]) });
    this.#bystander = new Dexcom({
      username: OTHER,
      password: "theirs",
      applicationId: id,
      fetch,
      clock: this.clock,
      sessionTtlMs: 1,
    });
  }

  readonly #isOurs: NonNullable<Injection["when"]> = ({ arguments: given }) =>
    given["accountName"] !== OTHER && given["accountId"] !== this.#simulator.getAccountId(OTHER);

  async take(step: Step): Promise<void> {
    switch (step.do) {
      case "client":
        this.#clients.push(this.#make(step));
        return;
      case "wait":
        return this.clock.advance(step.ms);
      case "call":
        return this.#call(step.clients);
      case "change password":
        return this.#simulator.changePassword(USERNAME, PASSWORDS[step.password]!);
      case "lock":
        return this.#simulator.lockOut(USERNAME);
      case "expire":
        return this.#simulator.expireSessions(USERNAME);
      case "turn away":
        this.#simulator.inject({
          operation: "LoginPublisherAccountById",
          status: 429,
          headers: { "retry-after": "5" },
          times: 1,
          when: this.#isOurs,
        });
        return;
      case "lose":
        // The service has done what it was asked for: a lost answer may have been a refusal.
        this.#simulator.inject({
          operation: step.isLogin ? "LoginPublisherAccountById" : "AuthenticatePublisherAccount",
          isProcessed: true,
          times: step.times,
          when: this.#isOurs,
          ...(step.isStalled ? { delayMs: Infinity } : { drop: "before-headers" }),
        });
    }
  }

  #make({ password, fetch, cache, by }: Extract<Step, { do: "client" }>): Dexcom {
    const own = new MemorySessionCache(this.clock);
    const accountId = by === "id" ? this.#simulator.getAccountId(USERNAME) : undefined;
    const username = by === "NAME" ? USERNAME.toUpperCase() : USERNAME;
    const parts = { fetch: this.#fetches[fetch]!, cache: this.#caches[cache] ?? own };
    const watched: Watched = {
      password: PASSWORDS[password]!,
      scopes: [parts.fetch, parts.cache],
      accounts: new Set([accountId ?? USERNAME]),
    };
    return new Dexcom({
      ...(accountId === undefined ? { username } : { accountId }),
      password: watched.password,
      applicationId: this.watch.add(watched),
      clock: this.clock,
      ...parts,
    });
  }

  /** Several calls at once. */
  async #call(indexes: readonly number[]): Promise<void> {
    if (this.#clients.length === 0) return;
    this.watch.lost.clear();
    const calls = indexes.map((index) => this.#clients[index % this.#clients.length]!.getLatestGlucoseReading());
    await this.clock
      .runUntil(Promise.allSettled([...calls, this.#bystander.getLatestGlucoseReading()]))
      .then((outcomes) => {
        // Nobody else is kept waiting.
        assert.equal(outcomes.at(-1)!.status, "fulfilled", "another account was held up");
        for (const outcome of outcomes) {
          if (outcome.status === "rejected" && outcome.reason instanceof AccountError)
            assert.ok(outcome.reason.retryAfterMs! > 0);
        }
      });
    for (const byOperation of this.watch.lost.values()) {
      for (const [operation, times] of byOperation)
        assert.ok(times <= 2, `${operation} was sent ${times} times though its answers were lost`);
    }
    // What the service still has in its hands is over before anything else happens.
    await this.clock.advance(0);
  }
}

describe("a refused password", () => {
  test("is left alone for its time, by all who can know of it", async () => {
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

describe("a login whose answer is lost", () => {
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
