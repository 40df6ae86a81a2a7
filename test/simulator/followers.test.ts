import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { APP, type Ask, type Got, NAME, PASSWORD, START, UUID, ZEROS } from "./raw-client.ts";
import { logIn, UNKNOWN, type World } from "./sharing-world.ts";

describe("the follower's side", () => {
  async function follow(options: Parameters<typeof logIn>[0] = {}): Promise<
    World & {
      asFollower(operation: string, query?: Record<string, string>, more?: Ask): Promise<Got>;
      subscriptionId: string;
    }
  > {
    const world = await logIn({ followers: ["Follower"], ...options });
    const { accountId, secret, subscriptionId } = world.simulator.listFollowers(NAME)[0]!;
    const { json } = await world.call("General/LoginSubscriberAccount", {
      body: { accountId, password: secret, applicationId: APP },
    });
    return {
      ...world,
      subscriptionId,
      asFollower: (operation, query, more) => world.ask(operation, { ...query, sessionId: json as string }, more),
    };
  }

  test("logs in with a secret of 32 hexadecimal digits, and with nothing else", async () => {
    const { simulator, call } = await logIn({ followers: ["Follower"], lockOutAfter: 3 });
    const { accountId, secret } = simulator.listFollowers(NAME)[0]!;
    assert.match(secret, /^[\da-f]{32}$/);
    const login = (password: string, more: object = {}): Promise<Got> =>
      call("General/LoginSubscriberAccount", { body: { accountId, password, applicationId: APP, ...more } });
    assert.match((await login(secret)).json as string, UUID);
    assert.equal((await login(PASSWORD)).code, "AccountPasswordInvalid");
    assert.equal((await login(secret, { accountId: UNKNOWN })).code, "AccountPasswordInvalid");
    assert.equal((await login(secret, { applicationId: UNKNOWN })).code, "AccountPasswordInvalid");
    assert.equal(
      (
        await call("General/LoginSubscriberAccount", {
          origin: "https://shareous1.dexcom.com",
          body: { accountId, password: secret, applicationId: APP },
        })
      ).code,
      "AccountPasswordInvalid",
    );
    assert.equal((await login(PASSWORD)).code, "AccountPasswordInvalid");
    assert.equal((await login(secret)).code, "SSO_AuthenticateMaxAttemptsExceeed");
    assert.ok(simulator.requests.every((request) => !JSON.stringify(request).includes(secret)));
  });

  test("lists the subscriptions, with the invitation's id", async () => {
    const { asFollower } = await follow();
    const [one] = (await asFollower("Subscriber/ListSubscriberAccountSubscriptions")).json as Record<string, unknown>[];
    assert.match(one?.["InvitationId"] as string, UUID);
    assert.equal(one?.["State"], 6);
  });

  test("reads the wearer's readings, in the form that the simulator has", async () => {
    for (const [readingForm, trend] of [
      ["2021", "Flat"],
      ["2015", 4],
    ] as const) {
      const { asFollower, subscriptionId, simulator } = await follow({ readingForm });
      simulator.addReading(NAME, { mgDl: 100, datetime: START - 1000 });
      const read = await asFollower("Subscriber/ReadSubscriptionLatestGlucoseValues", {
        subscriptionId,
        minutes: "1440",
        maxCount: "5",
      });
      const [record] = read.json as Record<string, unknown>[];
      assert.deepEqual([record?.["Value"], record?.["Trend"]], [100, trend]);
      const latest = await asFollower(
        "Subscriber/ReadLastGlucoseFromSubscriptions",
        {},
        { body: JSON.stringify([subscriptionId.toUpperCase()]) },
      );
      assert.deepEqual(latest.json, [{ Egv: record }]);
      if (readingForm === "2015") assert.match(latest.text, /\\\/Date\(/);
    }
  });

  test("sees nobody else's subscriptions", async () => {
    const { asFollower } = await follow();
    const one = await asFollower("Subscriber/ReadSubscriptionLatestGlucoseValues", {
      subscriptionId: UNKNOWN,
      minutes: "1440",
      maxCount: "5",
    });
    assert.equal(one.code, "InvalidArgument");
    for (const body of [JSON.stringify([UNKNOWN]), "[5]", "{}", ""]) {
      assert.equal(
        (await asFollower("Subscriber/ReadLastGlucoseFromSubscriptions", {}, { body })).code,
        "InvalidArgument",
        body,
      );
    }
  });

  test("needs a follower's session", async () => {
    const { ask } = await follow();
    assert.equal((await ask("Subscriber/ListSubscriberAccountSubscriptions")).code, "SessionIdNotFound");
    assert.equal(
      (await ask("Subscriber/ListSubscriberAccountSubscriptions", { sessionId: ZEROS })).code,
      "SessionIdNotFound",
    );
  });
});
