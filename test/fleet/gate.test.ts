import assert from "node:assert/strict";
import { describe, test, type TestContext } from "node:test";
import { Redis } from "ioredis";
import { RequestGate } from "../../src/fleet/request-gate.ts";
import { Scripts } from "../../src/fleet/scripts.ts";
import { noRedis } from "../stores/redis-server.ts";
import { keysOf, Rig, until, useRedis } from "./rig.ts";

const never = new AbortController().signal;

describe("the gate of a host", { skip: noRedis, concurrency: true }, () => {
  const redis = useRedis();

  /** Two workers' gates for the same host, and the times at which their requests are sent. */
  function makeGates(t: TestContext, name: string, respond: () => Response = () => new Response("[]")) {
    const clients = [0, 1].map(() => new Redis(redis().port, "127.0.0.1"));
    const sent: number[] = [];
    const pauses: number[] = [];
    const gates = clients.map((client) => {
      const runCommand = (command: string, args: unknown[]): Promise<unknown> =>
        (client as unknown as Record<string, (list: unknown[]) => Promise<unknown>>)[command]!(args);
      const scripts = new Scripts(async () => Object.assign(client, { runCommand }), name);
      return new RequestGate({
        ...{ scripts, key: "gate:us:default", spacingMs: 40, speed: 1 },
        fetch: async () => {
          sent.push(Date.now());
          return respond();
        },
        onPause: (ms) => pauses.push(ms),
      });
    });
    t.after(() => clients.forEach((client) => client.disconnect()));
    return { gates, sent, pauses };
  }

  test("keeps `spacingMs` between the requests of all workers together", async (t) => {
    const { gates, sent } = makeGates(t, "apart");
    const poll = (gate: RequestGate): Promise<unknown> =>
      gate.run(never, async () => {
        await gate.fetch("https://share2.dexcom.com");
        await gate.fetch("https://share2.dexcom.com");
      });
    await Promise.all([0, 1, 0, 1, 0].map((index) => poll(gates[index]!)));
    assert.equal(sent.length, 10);
    // Timers are inexact, and a busy machine delays each of them, but the slots are exact.
    assert.ok(sent.at(-1)! - sent[0]! >= 9 * 40 - 40, `${sent.at(-1)! - sent[0]!} ms`);
  });

  test("counts the requests of each poll", async (t) => {
    const { gates } = makeGates(t, "counts");
    const [gate] = gates;
    const counts = await Promise.all(
      [1, 3].map((times) =>
        gate!.run(never, async (ticket) => {
          for (let sent = 0; sent < times; sent++) await gate!.fetch("https://share2.dexcom.com");
          return ticket.requests;
        }),
      ),
    );
    assert.deepEqual(counts, [1, 3]);
  });

  test("sends no request after a 429, and polls under way get a 429 from the gate", async (t) => {
    const { gates, sent, pauses } = makeGates(
      t,
      "closed",
      () => new Response(null, { status: 429, headers: { "retry-after": "3600" } }),
    );
    const [one, two] = gates;
    const responses = await two!.run(never, async () => {
      const mine = await two!.fetch("https://share2.dexcom.com");
      return [mine, await two!.fetch("https://share2.dexcom.com"), await one!.fetch("https://share2.dexcom.com")];
    });
    assert.deepEqual(
      responses.map(({ status }) => status),
      [429, 429, 429],
    );
    for (const own of responses.slice(1)) {
      const seconds = Number(own.headers.get("retry-after"));
      assert.ok(seconds > 3590 && seconds <= 3600, `${seconds}`);
    }
    assert.equal(sent.length, 1);
    assert.deepEqual(pauses, [3_600_000]);
    const closing = new AbortController();
    const waiting = one!.run(closing.signal, () => Promise.resolve("sent"));
    const reason = new Error("closing");
    closing.abort(reason);
    await assert.rejects(waiting, reason);
  });

  test("stays closed for a minute after a 429 without Retry-After, and longer each time", async (t) => {
    const { gates, pauses } = makeGates(t, "doubling", () => new Response(null, { status: 429 }));
    const client = new Redis(redis().port, "127.0.0.1");
    for (let count = 0; count < 5; count++) {
      await gates[0]!.run(never, () => gates[0]!.fetch("https://share2.dexcom.com"));
      await client.hset("doubling:gate:us:default", "until", Date.now() - 1000);
    }
    assert.deepEqual(pauses, [60_000, 120_000, 240_000, 300_000, 300_000]);
    await client.hset("doubling:gate:us:default", "until", Date.now() - 601_000);
    await gates[0]!.run(never, () => gates[0]!.fetch("https://share2.dexcom.com"));
    assert.equal(pauses.at(-1), 60_000);
    client.disconnect();
  });

  test("stops all workers: no request starts more than a second after the first 429", async (t) => {
    const rig = new Rig(t, redis().port);
    const fleet = rig.fleet();
    for (let count = 0; count < 3; count++) rig.worker({ spacingMs: 10 });
    await fleet.add(keysOf(40), { spreadMs: 0 });
    await until("some requests", () => rig.requestTimes.length > 30);
    const stop = rig.simulator.inject({ status: 429, headers: { "retry-after": "240" } });
    await until("a 429", () => rig.eventsOf("rate-limited").length > 0);
    await until("the end of the pause", async () => {
      const end = Number(await rig.redis.hget(`${rig.prefix}:gate:us:default`, "until"));
      return Date.now() > end - 500;
    });
    const refused = rig.simulator.requests.filter(({ status }) => status === 429);
    const [first, last] = [refused[0]!.timeMs, refused.at(-1)!.timeMs].map((ms) => ms / 60);
    assert.ok(last! - first! < 1000, `${last! - first!} ms`);
    stop();
    await until("a reading for each", () => rig.inbox.delivered.size === 40);
  });

  test("pauses each egress address separately", async (t) => {
    const rig = new Rig(t, redis().port);
    await rig.redis.hset(`${rig.prefix}:gate:us:a`, "until", Date.now() + 3_600_000);
    rig.worker({ egress: "a", concurrency: 1 });
    rig.worker({ egress: "b" });
    await rig.fleet().add(keysOf(4), { spreadMs: 0 });
    await until("readings by the other one", () => rig.inbox.delivered.size >= 3);
  });
});
