import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Queue } from "bullmq";
import { noRedis } from "../stores/redis-server.ts";
import { keysOf, Rig, SECRET, until, useRedis } from "./rig.ts";
import { Fleet } from "../../src/fleet/index.ts";
import { jobOf } from "../../src/fleet/jobs.ts";

describe("a fleet", { skip: noRedis, concurrency: true }, () => {
  const redis = useRedis();

  test("delivers every reading once, oldest first, with one login for each account", async (t) => {
    const rig = new Rig(t, redis().port);
    const keys = keysOf(20);
    const fleet = rig.fleet();
    rig.worker();
    rig.worker();
    assert.equal(await fleet.add(keys), 20);
    const least = (): number => Math.min(...keys.map((key) => rig.inbox.delivered.get(key)?.length ?? 0));
    await until("three readings for each account", () => least() >= 3);
    const end = rig.clock.now() - 120_000;
    for (const key of keys) {
      const delivered = rig.inbox.delivered.get(key)!.filter((ms) => ms <= end);
      assert.deepEqual(delivered, await rig.truthOf(key, end));
    }
    const { accounts, parked, paused, total, recent } = await fleet.stats();
    assert.deepEqual({ accounts, parked, paused }, { accounts: 20, parked: 0, paused: 0 });
    assert.ok(total.logins >= 20 && total.logins <= 20 + rig.slowCalls, `${total.logins} logins`);
    assert.ok(total.readings >= 60 && total.requests > total.readings && total.polls >= 60);
    assert.deepEqual(recent, total);
    assert.ok(total.latenessMs!.median <= total.latenessMs!.p95);
  });

  test("polls an account once that two processes have added", async (t) => {
    const rig = new Rig(t, redis().port);
    const added = await Promise.all([rig.fleet().add("one"), rig.fleet().add(["one", "two"])]);
    assert.equal(added[0] + added[1], 2);
    rig.worker();
    await until("two readings", () => (rig.inbox.delivered.get("one")?.length ?? 0) >= 2);
    const delivered = rig.inbox.delivered.get("one")!;
    assert.deepEqual(delivered, [...new Set(delivered)]);
    const logins = rig.simulator.requests.filter(({ operation }) => operation === "LoginPublisherAccountById");
    assert.ok(logins.length >= 2 && logins.length <= 2 + rig.slowCalls);
  });

  test("delivers readings again after `onReadings` has thrown, and reports `callback-failed`", async (t) => {
    const rig = new Rig(t, redis().port);
    let calls = 0;
    rig.worker({
      onReadings: (key, readings) => {
        calls++;
        if (calls === 2 || calls === 3) throw new Error("the database is full");
        rig.receive(key, readings);
      },
    });
    await rig.fleet().add("one");
    await until("three readings", () => (rig.inbox.delivered.get("one")?.length ?? 0) >= 3);
    const delivered = rig.inbox.delivered.get("one")!;
    assert.deepEqual(delivered, await rig.truthOf("one", delivered.at(-1)!));
    const failures = rig.eventsOf("callback-failed");
    assert.deepEqual(
      failures.map(({ callback, key, delayMs, error }) => [callback, key, delayMs, (error as Error).message]),
      [
        ["onReadings", "one", 5000, "the database is full"],
        ["onReadings", "one", 10_000, "the database is full"],
      ],
    );
  });

  const unusable: [what: string, credentials: () => never][] = [
    [
      "throw",
      () => {
        throw new Error("the vault is closed");
      },
    ],
    ["are undefined", () => undefined as never],
    ["have no password", () => ({ username: "someone@example.com" }) as never],
  ];
  for (const [what, give] of unusable) {
    test(`calls \`credentials\` again later if they ${what}`, async (t) => {
      const rig = new Rig(t, redis().port);
      let calls = 0;
      rig.worker({
        credentials: (key) => {
          if (++calls <= 2) return give();
          return { username: `wearer-${key}@example.com`, password: `the password of ${key}` };
        },
      });
      const fleet = rig.fleet();
      await fleet.add("one");
      await until("two failures", async () => (await fleet.status("one"))?.failures === 2);
      await until("a reading", () => rig.inbox.delivered.has("one"));
      await until("no failure", async () => (await fleet.status("one"))?.failures === 0);
      assert.deepEqual(
        rig.eventsOf("callback-failed").map(({ callback }) => callback),
        ["credentials", "credentials"],
      );
    });
  }

  test("delivers nothing for an account that was removed, also while it is polled", async (t) => {
    const rig = new Rig(t, redis().port);
    const fleet = rig.fleet();
    rig.simulator.inject({ operation: "ReadPublisherLatestGlucoseValues", delayMs: 30_000, times: 1 });
    rig.worker();
    await fleet.add("one");
    await until("a request", () =>
      rig.simulator.requests.some(({ operation }) => operation === "ReadPublisherLatestGlucoseValues"),
    );
    assert.equal(await fleet.remove("one"), true);
    assert.equal(await fleet.remove("one"), false);
    assert.equal(await fleet.status("one"), undefined);
    await until("the end of its job", async () => (await rig.redis.keys(`${rig.prefix}:us:a*`)).length === 0);
    assert.equal(rig.inbox.delivered.size, 0);
    assert.equal((await fleet.stats()).accounts, 0);
  });

  test("moves an account to another region", async (t) => {
    const rig = new Rig(t, redis().port);
    const fleet = rig.fleet();
    assert.equal(await fleet.add("one", { region: "ous" }), 1);
    assert.equal((await fleet.status("one"))?.region, "ous");
    assert.equal(await fleet.add("one", { region: "us" }), 1);
    assert.equal(await fleet.add("one"), 0);
    assert.equal((await fleet.status("one"))?.region, "us");
    assert.deepEqual(await rig.redis.keys(`${rig.prefix}:ous:a*`), []);
    rig.worker();
    await until("a reading", () => rig.inbox.delivered.has("one"));
  });

  test("does not poll a paused account, and continues after its last reading on resume()", async (t) => {
    const rig = new Rig(t, redis().port);
    const fleet = rig.fleet();
    rig.worker();
    await fleet.add("one");
    await until("a reading", async () => (await fleet.status("one"))?.lastReadingAt !== undefined);
    assert.equal(await fleet.pause("one"), true);
    assert.deepEqual((await fleet.stats()).paused, 1);
    await until("no job", async () => (await rig.redis.keys(`${rig.prefix}:us:a*`)).length === 0);
    const requests = rig.requestTimes.length;
    const paused = await fleet.status("one");
    assert.deepEqual([paused?.state, paused?.nextPollAt], ["paused", undefined]);
    const [last] = rig.inbox.delivered.get("one")!.slice(-1);
    await until("a newer reading at the service", async () => (await rig.truthOf("one", Infinity)).at(-1)! > last!);
    assert.equal(rig.requestTimes.length, requests);
    assert.equal(await fleet.resume("one"), true);
    await until("the newer reading", () => rig.inbox.delivered.get("one")!.at(-1)! > last!);
    assert.deepEqual(rig.inbox.delivered.get("one"), await rig.truthOf("one", rig.inbox.delivered.get("one")!.at(-1)!));
    assert.equal(await fleet.resume("nobody"), false);
    assert.equal(await fleet.pause("nobody"), false);
  });

  for (const damaged of ["7:{", "7:null", "nothing", '7:{"state":{"version":0}}']) {
    test(`begins again after its stored state was damaged: ${damaged}`, async (t) => {
      const rig = new Rig(t, redis().port);
      const fleet = rig.fleet();
      await fleet.add("one");
      const [id] = await rig.redis.hkeys(`${rig.prefix}:accounts`);
      await rig.redis.hset(`${rig.prefix}:states`, id!, damaged);
      rig.worker();
      await until("two readings", () => (rig.inbox.delivered.get("one")?.length ?? 0) >= 2);
      assert.notEqual((await fleet.status("one"))?.lastReadingAt, undefined);
    });
  }

  test("ends the job of a region that the account is not in", async (t) => {
    const rig = new Rig(t, redis().port);
    const fleet = rig.fleet();
    await fleet.add("one");
    const [id] = await rig.redis.hkeys(`${rig.prefix}:accounts`);
    // As two processes leave it that add the account at once, each with another region.
    const queue = new Queue("ous", { connection: rig.connection, prefix: rig.prefix });
    t.after(() => queue.close());
    await queue.addBulk([jobOf(id!, 0)]);
    rig.worker({ regions: ["ous"] });
    await until("no second job", async () => (await queue.getJob(id!)) === undefined);
    assert.equal(rig.requestTimes.length, 0);
    rig.worker();
    await until("two readings", () => (rig.inbox.delivered.get("one")?.length ?? 0) >= 2);
  });

  test("gives an account a new job if Redis has lost it", async (t) => {
    const rig = new Rig(t, redis().port);
    const fleet = rig.fleet();
    await fleet.add(["one", "two"], { spreadMs: 60_000 });
    for (const key of await rig.redis.keys(`${rig.prefix}:us:*`)) await rig.redis.del(key);
    rig.worker();
    await until("readings", () => rig.inbox.delivered.size === 2);
  });

  test("reports `unreadable` for accounts that were sealed with another secret", async (t) => {
    const rig = new Rig(t, redis().port);
    const other = Buffer.from(SECRET, "base64").map((byte) => byte ^ 1);
    const fleet = new Fleet({ connection: rig.connection, secret: other, prefix: rig.prefix });
    await fleet.add("one");
    await fleet.close();
    rig.worker();
    await until("an event", () => rig.eventsOf("unreadable").length > 0);
    assert.equal(rig.requestTimes.length, 0);
  });

  test("returns waiting polls to the queue when a worker closes, and finishes the polls under way", async (t) => {
    const rig = new Rig(t, redis().port);
    const fleet = rig.fleet();
    const slow = rig.worker({ spacingMs: 3000 });
    await fleet.add(keysOf(5), { spreadMs: 0 });
    await until("a request", () => rig.requestTimes.length > 0);
    await slow.close();
    const requests = rig.requestTimes.length;
    assert.ok(requests < 15);
    assert.deepEqual(await rig.redis.lrange(`${rig.prefix}:us:active`, 0, -1), []);
    const waiting = await rig.redis.llen(`${rig.prefix}:us:wait`);
    assert.equal(waiting + (await rig.redis.zcard(`${rig.prefix}:us:delayed`)), 5);
  });
});
