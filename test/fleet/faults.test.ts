import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, describe, test } from "node:test";
import { listen } from "../../src/simulator/node.ts";
import { noRedis } from "../stores/redis-server.ts";
import { keysOf, Rig, SECRET, SPEED, until, useRedis } from "./rig.ts";
import { WorkerProcess } from "./worker-process.ts";

describe("a fleet loses no reading", { skip: noRedis }, () => {
  const folder = mkdtempSync(path.join(tmpdir(), "dexcom-share-fleet-"));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const redis = useRedis(folder);
  const count = (rig: Rig, key: string): number => rig.inbox.delivered.get(key)?.length ?? 0;

  test("if a worker is killed between delivery and storing; only the readings of that delivery come twice", async (t) => {
    const rig = new Rig(t, redis().port);
    const server = await listen(rig.simulator);
    t.after(() => server.close());
    const keys = keysOf(10);
    const doubled: string[] = [];
    const start = (killAfter?: number): WorkerProcess => {
      const input = { port: redis().port, prefix: rig.prefix, secret: SECRET, baseUrl: server.url };
      const times = { speed: SPEED, startMs: rig.startMs, spacingMs: 2, stalledMs: 1000, concurrency: 4 };
      const worker = new WorkerProcess(
        { ...input, ...times, ...(killAfter !== undefined && { killAfter }) },
        (line) => {
          if (line.type !== "delivered") return;
          const known = rig.inbox.delivered.get(line.key) ?? [];
          doubled.push(...line.instants.filter((ms) => known.includes(ms)).map((ms) => `${line.key} ${ms}`));
          rig.inbox.delivered.set(line.key, [...known, ...line.instants.filter((ms) => !known.includes(ms))]);
        },
      );
      t.after(() => worker.stop("SIGKILL"));
      return worker;
    };
    await rig.fleet().add(keys);
    const killed = start(12);
    const other = start();
    await killed.exited;
    await until("four readings for each account", () => keys.every((key) => count(rig, key) >= 4));
    await other.stop();
    // The worker killed itself after one delivery: what the other polls in flight had delivered is stored or not.
    assert.ok(doubled.length >= 1 && doubled.length <= 4, doubled.join());
    for (const key of keys) {
      const delivered = rig.inbox.delivered.get(key)!;
      assert.deepEqual(delivered, await rig.truthOf(key, delivered.at(-1)!));
    }
  });

  test("if Redis is killed and comes back", async (t) => {
    const rig = new Rig(t, redis().port);
    const keys = keysOf(10);
    const fleet = rig.fleet();
    rig.worker();
    rig.worker();
    await fleet.add(keys);
    await until("a reading for each", () => rig.inbox.delivered.size === 10);
    await redis().stop();
    await redis().start();
    const before = new Map(keys.map((key) => [key, count(rig, key)]));
    await until("two more for each", () => keys.every((key) => count(rig, key) >= before.get(key)! + 2));
    for (const key of keys) {
      const delivered = [...new Set(rig.inbox.delivered.get(key))];
      assert.deepEqual(delivered, await rig.truthOf(key, delivered.at(-1)!));
    }
  });
});
