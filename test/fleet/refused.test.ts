import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { noRedis } from "../stores/redis-server.ts";
import { keysOf, nameOf, passwordOf, Rig, SECRET, until, useRedis } from "./rig.ts";

describe("refused credentials", { skip: noRedis, concurrency: true }, () => {
  const redis = useRedis();
  const logins = (rig: Rig): number =>
    rig.simulator.requests.filter(({ operation }) => operation === "LoginPublisherAccountById").length;

  test("are posted once; the account is parked until `credentials` returns others", async (t) => {
    const rig = new Rig(t, redis().port);
    const fleet = rig.fleet();
    let asked = 0;
    rig.passwords.set("one", "wrong");
    for (let count = 0; count < 2; count++) {
      rig.worker({
        parkedCheckMs: 100,
        credentials: (key) => {
          asked++;
          return { username: nameOf(key), password: rig.passwords.get(key) ?? passwordOf(key) };
        },
      });
    }
    await fleet.add("one");
    await until("a parked account", async () => (await fleet.stats()).parked === 1);
    const status = await fleet.status("one");
    assert.deepEqual([status?.state, status?.nextPollAt], ["parked", undefined]);
    assert.deepEqual(status?.parked?.reason, rig.eventsOf("parked")[0]?.error.code);
    const before = [logins(rig), rig.requestTimes.length];
    const askedBefore = asked;
    await until("five looks at the password", () => asked >= askedBefore + 5);
    assert.deepEqual([logins(rig), rig.requestTimes.length], before);
    rig.passwords.delete("one");
    await until("a reading", () => rig.inbox.delivered.has("one"));
    await until("no parking", async () => (await fleet.status("one"))?.state === "polled");
    assert.equal((await fleet.stats()).parked, 0);
    assert.equal(rig.eventsOf("parked").length, 1);
    assert.equal(rig.eventsOf("unparked").length, 1);
  });

  test("that are replaced do not end a pause that begins in the same moment", async (t) => {
    const rig = new Rig(t, redis().port);
    const fleet = rig.fleet();
    rig.passwords.set("one", "wrong");
    rig.worker({
      parkedCheckMs: 100,
      credentials: async (key) => {
        const password = rig.passwords.get(key) ?? passwordOf(key);
        if (password !== "wrong") await fleet.pause(key);
        return { username: nameOf(key), password };
      },
    });
    await fleet.add("one");
    await until("a parked account", () => rig.eventsOf("parked").length === 1);
    const requests = rig.requestTimes.length;
    rig.passwords.delete("one");
    await until("no job", async () => (await rig.redis.keys(`${rig.prefix}:us:a*`)).length === 0);
    assert.equal((await fleet.status("one"))?.state, "paused");
    assert.deepEqual((await fleet.stats()).paused, 1);
    assert.equal(rig.requestTimes.length, requests);
    assert.deepEqual(rig.eventsOf("unparked"), []);
  });

  test("are tried again after resume(), but not before their cool-down is over", async (t) => {
    const rig = new Rig(t, redis().port);
    const fleet = rig.fleet();
    rig.passwords.set("one", "wrong");
    rig.worker();
    await fleet.add("one");
    await until("a parked account", () => rig.eventsOf("parked").length === 1);
    const before = logins(rig);
    assert.equal(await fleet.resume("one"), true);
    await until("another refusal", () => rig.eventsOf("parked").length === 2);
    assert.equal(logins(rig), before);
  });

  test("do not park an account that is locked out", async (t) => {
    const rig = new Rig(t, redis().port);
    const fleet = rig.fleet();
    rig.simulator.lockOut(nameOf("one"));
    rig.worker();
    await fleet.add("one");
    await until("a failure", () => rig.eventsOf("poll-failed").length > 0);
    assert.equal((await fleet.status("one"))?.state, "polled");
    await until("a reading after the lock-out", () => rig.inbox.delivered.has("one"));
    assert.deepEqual(rig.eventsOf("parked"), []);
  });

  test("are not in Redis, nor are accepted credentials, sessions and names", async (t) => {
    const rig = new Rig(t, redis().port);
    const keys = keysOf(5).map((key) => `name-${key}`);
    rig.passwords.set(keys[0]!, "a refused password");
    const sessions = new Set<string>();
    const send: typeof fetch = async (input, init) => {
      const response = await rig.simulator.fetch(input, init);
      for (const [id] of (await response.clone().text()).matchAll(/[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/gi)) {
        sessions.add(id);
      }
      return response;
    };
    const dumps: string[] = [];
    rig.worker({ fetch: send });
    await rig.fleet().add(keys);
    await until("readings", async () => {
      dumps.push(await everything(rig));
      return dumps.length > 3 && rig.inbox.delivered.size === 4 && rig.eventsOf("parked").length === 1;
    });
    const dump = dumps.join("\n");
    assert.ok(dump.includes(rig.prefix) && sessions.size >= 8);
    const secrets = keys.flatMap((key) => [key, nameOf(key), passwordOf(key)]);
    for (const secret of [...secrets, ...sessions, "a refused password", SECRET]) {
      assert.ok(!dump.toLowerCase().includes(secret.toLowerCase()), secret);
    }
  });
});

/** All keys and values of the fleet, sessions included, as text. */
async function everything({ redis, prefix }: Rig): Promise<string> {
  const parts: unknown[] = [];
  for (const key of await redis.keys(`${prefix}*`)) {
    const type = await redis.type(key);
    parts.push(key);
    if (type === "string") parts.push(await redis.get(key));
    else if (type === "hash") parts.push(await redis.hgetall(key));
    else if (type === "list") parts.push(await redis.lrange(key, 0, -1));
    else if (type === "set") parts.push(await redis.smembers(key));
    else if (type === "zset") parts.push(await redis.zrange(key, "0", "-1"));
    else if (type === "stream") parts.push(await redis.xrange(key, "-", "+"));
    // A key that has expired or moved since it was listed.
    else if (type !== "none") throw new Error(`${key} is a ${type}`);
  }
  return JSON.stringify(parts);
}
