import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { noRedis } from "../stores/redis-server.ts";
import { nameOf, Rig, until, useRedis } from "./rig.ts";

describe("a fleet whose data are damaged, or of a later version", { skip: noRedis, concurrency: true }, () => {
  const redis = useRedis();

  for (const damaged of ["{", "7", "null", "[]", "{}", '{"reason":"CREDENTIALS_REFUSED"}', ""]) {
    test(`polls an account again whose parking is damaged: ${damaged}`, async (t) => {
      const rig = new Rig(t, redis().port);
      const fleet = rig.fleet();
      await fleet.add("one");
      const [id] = await rig.redis.hkeys(`${rig.prefix}:accounts`);
      await rig.redis.hset(`${rig.prefix}:parked`, id!, damaged);
      await rig.redis.zrem(`${rig.prefix}:due`, id!);
      const { parked } = (await fleet.status("one"))!;
      assert.equal(typeof parked!.reason, "string");
      assert.ok(parked!.since.toISOString());
      rig.worker();
      await until("two readings", () => (rig.inbox.delivered.get("one")?.length ?? 0) >= 2);
      assert.ok((await fleet.status("one"))?.nextPollAt);
      assert.equal((await fleet.stats()).parked, 0);
    });
  }

  test("does not post a refused password again because the parking is damaged", async (t) => {
    const rig = new Rig(t, redis().port);
    const fleet = rig.fleet();
    rig.worker({ parkedCheckMs: 100, credentials: (key) => ({ username: nameOf(key), password: "wrong" }) });
    await fleet.add("one");
    await until("a parked account", () => rig.eventsOf("parked").length === 1);
    const [id] = await rig.redis.hkeys(`${rig.prefix}:accounts`);
    const posts = rig.requestTimes.length;
    await rig.redis.hset(`${rig.prefix}:parked`, id!, "{");
    await until("another parking", () => rig.eventsOf("parked").length === 2);
    assert.equal(rig.requestTimes.length, posts);
  });

  test("gives accounts their lost jobs back although one account is damaged", async (t) => {
    const rig = new Rig(t, redis().port);
    const fleet = rig.fleet();
    await fleet.add(["one", "two"], { spreadMs: 60_000 });
    for (const key of await rig.redis.keys(`${rig.prefix}:us:*`)) await rig.redis.del(key);
    await rig.redis.hset(`${rig.prefix}:accounts`, "adamaged", "damaged");
    rig.worker();
    await until("readings", () => rig.inbox.delivered.size === 2);
    assert.deepEqual(rig.eventsOf("error"), []);
  });

  test("leaves a state of a later version to the workers of that version", async (t) => {
    const rig = new Rig(t, redis().port);
    const fleet = rig.fleet();
    await fleet.add("one");
    const [id] = await rig.redis.hkeys(`${rig.prefix}:accounts`);
    const record = '{"state":{"version":2,"later":true},"readingMs":7,"more":[1]}';
    await rig.redis.hset(`${rig.prefix}:states`, id!, `7:${record}`);
    rig.worker();
    await until("an event", () => rig.eventsOf("poll-failed").length > 0);
    assert.match(String(rig.eventsOf("poll-failed")[0]!.error), /later version/);
    await until("a stored record", async () => {
      const stored = (await rig.redis.hget(`${rig.prefix}:states`, id!))!;
      return stored === `8:${record}`;
    });
    assert.equal(rig.requestTimes.length, 0);
    assert.deepEqual(rig.eventsOf("state-discarded"), []);
  });
});
