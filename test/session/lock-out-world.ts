import assert from "node:assert/strict";
import fc from "fast-check";
import { AccountError, Dexcom, MemorySessionCache, Region } from "../../src/index.ts";
import { REGION_ENDPOINTS } from "../../src/region.ts";
import {
  ShareSimulator,
  VirtualClock,
  type Injection,
  type LockOutCode,
  type RefusalCode,
} from "../../src/simulator/index.ts";
import { PasswordWatch, type Watched } from "../support/password-watch.ts";

export const USERNAME = "someone@example.com";
const OTHER = "other@example.com";
const PASSWORDS = ["right", "wrong", "wrong too"] as const;
export const MINUTE_MS = 60_000;
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

export const step: fc.Arbitrary<Step> = fc.oneof(
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

export const refusalCode: fc.Arbitrary<RefusalCode> = fc.constantFrom<RefusalCode>(
  "AccountPasswordInvalid",
  "SSO_InternalError",
  "SSO_AuthenticatePasswordInvalid",
);

export const lockOutCode: fc.Arbitrary<LockOutCode> = fc.constantFrom<LockOutCode>(
  "SSO_AuthenticateMaxAttemptsExceeed",
  "SSO_AuthenticateMaxAttemptsExceeded",
);

/** Clients of one account, with right and wrong passwords, that share fetch functions and caches or do not. */
export class World {
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
        // The service has processed the request: a lost response may have been a refusal.
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
        assert.ok(times <= 2, `${operation} was sent ${times} times though its responses were lost`);
    }
    // What the service still has in its hands is over before anything else happens.
    await this.clock.advance(0);
  }
}
