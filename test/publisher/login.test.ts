import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { AccountError, Dexcom, MemorySessionCache } from "../../src/index.ts";
import { Publisher } from "../../src/publisher/index.ts";
import { ShareSimulator, VirtualClock, type ShareSimulatorOptions } from "../../src/simulator/index.ts";
import { Subscriber } from "../../src/subscriber/index.ts";
import { assertSecretFree } from "../support/secret-search.ts";
import { FOLLOWER, SECRET } from "./examples.ts";

const WEARER = { username: "someone", password: "correct horse battery" };
const AUTHENTICATE = "AuthenticatePublisherAccount";
const BY_ID = "LoginPublisherAccountById";
const BY_NAME = "LoginPublisherAccountByName";

function setUp(options: Partial<ShareSimulatorOptions> = {}): {
  clock: VirtualClock;
  simulator: ShareSimulator;
  /** The posts that held the password since the last time. */
  posts(): (string | undefined)[];
} {
  const clock = new VirtualClock();
  const simulator = new ShareSimulator({ accounts: [WEARER], clock, ...options });
  let seen = 0;
  return {
    clock,
    simulator,
    posts: () => {
      const fresh = simulator.requests.slice(seen);
      seen = simulator.requests.length;
      return fresh.filter(({ arguments: given }) => "password" in given).map(({ operation }) => operation);
    },
  };
}

describe("a publisher made from a Dexcom", () => {
  test("shares its session, both ways", async () => {
    const { clock, simulator, posts } = setUp();
    const dexcom = new Dexcom({ ...WEARER, fetch: simulator.fetch, clock });
    const publisher = new Publisher({ dexcom });
    await clock.runUntil(publisher.isMonitoringActive());
    assert.deepEqual(posts(), [AUTHENTICATE, BY_ID]);
    await clock.runUntil(dexcom.getLatestGlucoseReading());
    simulator.expireSessions();
    await clock.runUntil(dexcom.getLatestGlucoseReading());
    await clock.runUntil(publisher.isMonitoringActive());
    assert.deepEqual(posts(), [BY_ID]);
  });

  test("shows nothing of the connection, nor does the Dexcom", () => {
    const dexcom = new Dexcom(WEARER);
    const all = [
      dexcom,
      new Publisher({ dexcom }),
      new Publisher(WEARER),
      new Subscriber({ accountId: FOLLOWER, secret: SECRET }),
    ];
    assertSecretFree(all, [WEARER.password, SECRET]);
  });
});

describe("loginByName", () => {
  const publisherOf = ({ clock, simulator }: ReturnType<typeof setUp>, more: object = {}): Publisher =>
    new Publisher({ ...WEARER, loginByName: true, fetch: simulator.fetch, clock, ...more });

  test("logs in by one post each time if the service accepts it", async () => {
    const world = setUp({ loginByName: "session" });
    const publisher = publisherOf(world);
    await world.clock.runUntil(publisher.isMonitoringActive());
    assert.deepEqual(world.posts(), [BY_NAME]);
    world.simulator.expireSessions();
    await world.clock.runUntil(publisher.isMonitoringActive());
    assert.deepEqual(world.posts(), [BY_NAME]);
  });

  test("takes zeros for a failure, makes the two usual steps, and does not try again", async () => {
    const world = setUp({ loginByName: "zeros" });
    const publisher = publisherOf(world);
    await world.clock.runUntil(publisher.isMonitoringActive());
    assert.deepEqual(world.posts(), [BY_NAME, AUTHENTICATE, BY_ID]);
    world.simulator.expireSessions();
    await world.clock.runUntil(publisher.isMonitoringActive());
    assert.deepEqual(world.posts(), [BY_ID]);
  });

  test("falls back if zeros come only at a later login", async () => {
    const world = setUp({ loginByName: "session" });
    const publisher = publisherOf(world);
    await world.clock.runUntil(publisher.isMonitoringActive());
    world.posts();
    for (let login = 0; login < 2; login++) {
      world.simulator.expireSessions();
      const stop = world.simulator.inject({ operation: BY_NAME, body: '"00000000-0000-0000-0000-000000000000"' });
      await world.clock.runUntil(publisher.isMonitoringActive());
      stop();
      assert.deepEqual(world.posts(), login === 0 ? [BY_NAME, AUTHENTICATE, BY_ID] : [BY_ID]);
    }
  });

  test("posts a refused password once, and is not the way around the refusal", async () => {
    const world = setUp({ loginByName: "session" });
    const publisher = publisherOf(world, { password: "wrong" });
    for (let call = 0; call < 3; call++) {
      await assert.rejects(world.clock.runUntil(publisher.isMonitoringActive()), AccountError);
    }
    const { clock, simulator } = world;
    const dexcom = new Dexcom({ ...WEARER, password: "wrong", fetch: simulator.fetch, clock });
    await assert.rejects(clock.runUntil(dexcom.getLatestGlucoseReading()), AccountError);
    assert.deepEqual(world.posts(), [BY_NAME]);
  });

  test("is not the default", async () => {
    const world = setUp({ loginByName: "session" });
    await world.clock.runUntil(publisherOf(world, { loginByName: undefined }).isMonitoringActive());
    assert.deepEqual(world.posts(), [AUTHENTICATE, BY_ID]);
  });
});

describe("a subscriber made from a Dexcom", () => {
  test("reaches the service in the same way, with a session of its own", async () => {
    const { clock, simulator, posts } = setUp();
    const { accountId, secret } = simulator.listFollowers(WEARER.username)[0]!;
    const cache = new MemorySessionCache(clock);
    const dexcom = new Dexcom({ ...WEARER, fetch: simulator.fetch, clock, cache });
    await clock.runUntil(dexcom.getLatestGlucoseReading());
    const session = await cache.get();
    const subscriber = new Subscriber({ dexcom, accountId, secret });
    assert.equal((await clock.runUntil(subscriber.listSubscriptions())).length, 1);
    await clock.runUntil(dexcom.getLatestGlucoseReading());
    assert.deepEqual(posts(), [AUTHENTICATE, BY_ID, "LoginSubscriberAccount"]);
    assert.equal(await cache.get(), session);
    assertSecretFree([dexcom, subscriber], [secret]);
  });
});

describe("a subscriber's login", () => {
  test("is one post of the follower's own account id and secret", async () => {
    const world = setUp();
    const { accountId, secret } = world.simulator.listFollowers(WEARER.username)[0]!;
    const subscriber = new Subscriber({ accountId, secret, fetch: world.simulator.fetch, clock: world.clock });
    assert.equal((await world.clock.runUntil(subscriber.listSubscriptions())).length, 1);
    world.simulator.expireSessions();
    await world.clock.runUntil(subscriber.listSubscriptions());
    assert.deepEqual(world.posts(), ["LoginSubscriberAccount", "LoginSubscriberAccount"]);
  });

  test("is posted once if it is refused, with advice for a follower", async () => {
    const world = setUp();
    const subscriber = new Subscriber({
      accountId: FOLLOWER,
      secret: SECRET,
      fetch: world.simulator.fetch,
      clock: world.clock,
    });
    for (let call = 0; call < 3; call++) {
      await assert.rejects(world.clock.runUntil(subscriber.listSubscriptions()), (error: Error) => {
        assert.ok(error instanceof AccountError);
        assert.deepEqual(
          [error.name, error.code, error.message],
          ["AccountError", "CREDENTIALS_REFUSED", "Failed to authenticate"],
        );
        assert.match(error.advice, /Follow app.* in 10 minutes/);
        assert.doesNotMatch(error.advice, /publisher/);
        return true;
      });
    }
    assert.deepEqual(world.posts(), ["LoginSubscriberAccount"]);
  });
});
