import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { SessionError } from "../../src/errors.ts";
import { MemorySessionCache } from "../../src/session/session-cache.ts";
import { json, OTHER_SESSION_ID, page, SESSION_ID, THIRD_SESSION_ID, ZEROS } from "../support/responses.ts";
import { LOGIN, READ, scripted, simulated } from "../support/client.ts";
import { dead, reading } from "./dead-session.ts";
import { read } from "./reads.ts";

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/** A cache that other processes write to as well. */
class SharedCache {
  id: string | null;
  readonly calls: string[] = [];

  constructor(id: string | null = null) {
    this.id = id;
  }

  async get(): Promise<string | null> {
    this.calls.push("get");
    return this.id;
  }

  async set(id: string, ttlMs: number): Promise<void> {
    this.calls.push(`set ${ttlMs}`);
    this.id = id;
  }

  async clear(): Promise<void> {
    this.calls.push("clear");
    this.id = null;
  }
}

describe("the life of a session in the cache", () => {
  test("is eight minutes without use, and use renews it", async () => {
    const { clock, dexcom, operations, run } = simulated();
    for (let calls = 0; calls < 10; calls++) {
      await run(read(dexcom));
      await clock.advance(8 * MINUTE_MS - 1);
    }
    assert.equal(operations().filter((operation) => operation === LOGIN).length, 1);
    await clock.advance(1);
    const before = operations().length;
    await run(read(dexcom));
    assert.deepEqual(operations().slice(before), [LOGIN, READ], "and the account id is still known");
  });

  test("is what sessionTtlMs says", async () => {
    for (const [sessionTtlMs, waitMs, logins] of [
      [1000, 999, 1],
      [1000, 1000, 2],
      [HOUR_MS, HOUR_MS - 1, 1],
    ] as const) {
      const { clock, dexcom, operations, run } = simulated({ sessionTtlMs });
      await run(read(dexcom));
      await clock.advance(waitMs);
      await run(read(dexcom));
      assert.equal(operations().filter((operation) => operation === LOGIN).length, logins);
    }
  });

  test("is given to a custom cache", async () => {
    const cache = new SharedCache();
    const { dexcom, run } = scripted([json(SESSION_ID), reading], { cache, sessionTtlMs: 1234 });
    await run(read(dexcom));
    assert.deepEqual(
      cache.calls.filter((call) => call !== "get"),
      ["set 1234", "set 1234"],
    );
    assert.equal(cache.id, SESSION_ID);
  });

  test("is renewed also by a read that failed: an outage is no idleness, and ends with no more logins than it began", async () => {
    const { script, clock, dexcom, run } = scripted([
      json(SESSION_ID),
      reading,
      page(403),
      page(403),
      page(403),
      reading,
    ]);
    await run(read(dexcom));
    for (let reads = 0; reads < 3; reads++) {
      await clock.advance(5 * MINUTE_MS);
      await assert.rejects(run(read(dexcom)));
    }
    await clock.advance(5 * MINUTE_MS);
    await run(read(dexcom));
    assert.deepEqual(script.operations, [LOGIN, READ, READ, READ, READ, READ]);
  });
});

describe("a session that another client left in the cache", () => {
  test("is used without a login", async () => {
    const { script, dexcom, run } = scripted([reading], { cache: new SharedCache(SESSION_ID) });
    assert.ok(await run(read(dexcom)));
    assert.deepEqual(script.operations, [READ]);
    assert.equal(script.requests[0]!.body["sessionId"], SESSION_ID);
  });

  test("is looked for again before a login, and used without one if it is another", async () => {
    const cache = new SharedCache(SESSION_ID);
    const meanwhile = (): Response => {
      cache.id = OTHER_SESSION_ID;
      return dead();
    };
    const { script, dexcom, run } = scripted([meanwhile, reading], { cache });
    assert.ok(await run(read(dexcom)));
    assert.deepEqual(script.operations, [READ, READ]);
    assert.equal(script.requests[1]!.body["sessionId"], OTHER_SESSION_ID);
    assert.equal(cache.id, OTHER_SESSION_ID);
    assert.ok(!cache.calls.includes("clear"));
  });

  test("and is refused as well is followed by one login", async () => {
    const cache = new SharedCache(SESSION_ID);
    const meanwhile = (): Response => {
      cache.id = OTHER_SESSION_ID;
      return dead();
    };
    const { script, dexcom, run } = scripted([meanwhile, dead, json(THIRD_SESSION_ID), reading], { cache });
    assert.ok(await run(read(dexcom)));
    assert.deepEqual(script.operations, [READ, READ, LOGIN, READ]);
    assert.equal(cache.id, THIRD_SESSION_ID);
  });

  test("each time a different one makes no endless loop", async () => {
    const cache = new SharedCache(SESSION_ID);
    let next = 0;
    const meanwhile = (): Response => {
      cache.id = `${String(++next).padStart(8, "0")}-1111-1111-1111-111111111111`;
      return dead();
    };
    const { script, dexcom, run } = scripted(
      [meanwhile, meanwhile, json(THIRD_SESSION_ID), meanwhile, meanwhile, meanwhile],
      { cache },
    );
    await assert.rejects(run(read(dexcom)), SessionError);
    assert.ok(script.requests.length <= 4);
    assert.equal(script.operations.filter((operation) => operation === LOGIN).length, 1);
  });

  test("is neither renewed nor deleted by a client that used another before", async () => {
    const cache = new SharedCache(SESSION_ID);
    const { dexcom, run } = scripted(
      [
        () => {
          cache.id = OTHER_SESSION_ID;
          return reading();
        },
      ],
      { cache },
    );
    await run(read(dexcom));
    assert.equal(cache.id, OTHER_SESSION_ID);
    assert.deepEqual(cache.calls, ["get", "get"]);
  });

  test("that is garbage counts as absent", async () => {
    for (const garbage of [ZEROS, "", "x", `${SESSION_ID} `, 5, {}, undefined, true, ["x"]]) {
      const cache = new SharedCache(garbage as string);
      const { script, dexcom, run } = scripted([json(SESSION_ID), reading], { cache });
      assert.ok(await run(read(dexcom)));
      assert.deepEqual(script.operations, [LOGIN, READ]);
      assert.equal(cache.id, SESSION_ID);
    }
  });

  test("in memory serves clients of one account that share it", async () => {
    const cache = new MemorySessionCache();
    const steps = [json(SESSION_ID), reading, reading, dead, json(OTHER_SESSION_ID), reading, reading];
    const { dexcom, another, script, run } = scripted(steps, { cache });
    const second = another();
    await run(read(dexcom));
    await run(read(second));
    await run(read(second));
    await run(read(dexcom));
    assert.deepEqual(script.operations, [LOGIN, READ, READ, READ, LOGIN, READ, READ]);
    assert.deepEqual(
      script.requests.slice(-2).map(({ body }) => body["sessionId"]),
      [OTHER_SESSION_ID, OTHER_SESSION_ID],
    );
  });
});
