import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { FleetWorkerOptions } from "../../src/fleet/index.ts";
import { listen } from "../../src/simulator/node.ts";
import { noRedis, startRedis } from "../stores/redis-server.ts";
import { Rig, SECRET, SPEED, until, useRedis } from "./rig.ts";
import { WorkerProcess } from "./worker-process.ts";

const hang = (): Promise<never> => new Promise(() => undefined);

describe("closing a worker ends", { skip: noRedis }, () => {
  const redis = useRedis();

  const hanging: [callback: string, options: (isReached: () => void) => Partial<FleetWorkerOptions>][] = [
    ["onReadings", (reached) => ({ onReadings: () => (reached(), hang()) })],
    ["credentials", (reached) => ({ credentials: () => (reached(), hang()) })],
  ];
  for (const [callback, options] of hanging) {
    test(`although ${callback} hangs, and another worker takes up the poll`, async (t) => {
      const rig = new Rig(t, redis().port);
      let isReached = false;
      const stuck = rig.worker({ stalledMs: 1000, ...options(() => (isReached = true)) });
      await rig.fleet().add("one");
      await until("a call that hangs", () => isReached);
      await stuck.close({ timeoutMs: 100 });
      assert.equal(rig.inbox.delivered.size, 0);
      rig.worker({ stalledMs: 1000 });
      await until("the readings", () => (rig.inbox.delivered.get("one")?.length ?? 0) >= 2);
      const delivered = rig.inbox.delivered.get("one")!;
      assert.deepEqual(delivered, await rig.truthOf("one", delivered.at(-1)!));
    });
  }

  test("once, also if it is called again, and with a number that is no time it is refused", async (t) => {
    const rig = new Rig(t, redis().port);
    const worker = rig.worker();
    await assert.rejects(worker.close({ timeoutMs: -1 }), { name: "ArgumentError", message: /^timeoutMs must be/ });
    await assert.rejects(worker.close({ timeout: 5 } as never), { name: "ArgumentError", message: /no timeout;/ });
    await Promise.all([worker.close(), worker.close({ timeoutMs: 0 })]);
  });

  test("although Redis is gone", async (t) => {
    const server = await startRedis();
    const rig = new Rig(t, server.port);
    const service = await listen(rig.simulator);
    t.after(() => service.close());
    await rig.fleet().add("one");
    let isPolling = false;
    const input = { port: server.port, prefix: rig.prefix, secret: SECRET, baseUrl: service.url, speed: SPEED };
    const worker = new WorkerProcess(
      { ...input, startMs: rig.startMs, spacingMs: 2, stalledMs: 1000, concurrency: 4, closeTimeoutMs: 100 },
      ({ type }) => (isPolling ||= type === "delivered"),
    );
    t.after(() => worker.stop("SIGKILL"));
    await until("a delivery", () => isPolling);
    await server.stop();
    await worker.stop();
  });

  test("after the poll under way, if that takes less time", async (t) => {
    const rig = new Rig(t, redis().port);
    let release: (() => void) | undefined;
    const worker = rig.worker({
      onReadings: async (key, readings) => {
        await new Promise<void>((resolve) => (release = resolve));
        rig.receive(key, readings);
      },
    });
    const fleet = rig.fleet();
    await fleet.add("one");
    await until("a delivery", () => release !== undefined);
    const closing = worker.close();
    release!();
    await closing;
    assert.equal(rig.inbox.delivered.get("one")?.length, 1);
    assert.notEqual((await fleet.status("one"))?.lastReadingAt, undefined);
  });
});
