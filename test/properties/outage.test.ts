import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { Redis } from "ioredis";
import { buildReaderProgram } from "../stores/reader-process.ts";
import { noRedis, startRedis } from "../stores/redis-server.ts";
import { ACCOUNT, asked, startService } from "../stores/service.ts";
import { startSlowProxy } from "../stores/slow-proxy.ts";

const PROCESSES = 20;
/** A store that has failed is left alone for five seconds. */
const REST_MS = 5000;
const LATE_MS = 250;

describe("twenty processes that read every 100 ms", { skip: noRedis }, () => {
  test("lose no reading while Redis is flushed, stopped, started, slow and read-only, and log in once each at most", async (t) => {
    const program = await buildReaderProgram();
    const [redis, service] = await Promise.all([startRedis(), startService()]);
    const proxy = await startSlowProxy(redis.port);
    const admin = new Redis(redis.url);
    admin.on("error", () => undefined);
    const { simulator } = service;
    /** What happens, and how many logins follow within the time. */
    const phase = async (what: string, most: number, ms: number, happen: () => unknown): Promise<void> => {
      const from = simulator.requests.length;
      await happen();
      await wait(ms);
      // A busy machine takes longer over it, and what is late belongs to this phase still.
      const patience = performance.now() + 30_000;
      for (let before = -1; performance.now() < patience; await wait(LATE_MS)) {
        const { logins, reads } = asked(simulator, from);
        if (logins > most || (logins === before && reads >= PROCESSES)) break;
        before = logins;
      }
      const { logins, reads } = asked(simulator, from);
      t.diagnostic(`${what}: ${logins} logins, ${reads} reads`);
      assert.ok(logins <= most, `${logins} logins after: ${what}`);
      assert.ok(reads >= PROCESSES, `${reads} reads after: ${what}`);
    };
    const expire = (): void => simulator.expireSessions();
    try {
      const task = { ...ACCOUNT, baseUrl: service.url, everyMs: 100 };
      const url = `redis://127.0.0.1:${proxy.port}`;
      const processes = Array.from({ length: PROCESSES }, (_, index) =>
        program.start({ ...task, store: { kind: index % 2 === 0 ? "redis" : "ioredis", url } }),
      );
      while (asked(simulator).reads < 2 * PROCESSES) await wait(50);
      assert.equal(asked(simulator).logins, 1);
      await phase("Redis flushed, and sessions end", 1, 1500, async () => {
        await admin.flushall();
        expire();
      });
      await phase("Redis stopped, and sessions end", PROCESSES, 2500, async () => {
        await redis.stop();
        expire();
      });
      await phase("Redis started", 0, REST_MS, () => redis.start());
      // As long as a question to a store may take: some are answered in time, some are not.
      await phase("Redis answers after 2 s for a while, and sessions end", PROCESSES, REST_MS, async () => {
        proxy.delayMs = 2000;
        expire();
        await wait(3000);
        proxy.delayMs = 0;
      });
      await phase("Redis read-only, and sessions end", PROCESSES, 1000, async () => {
        await admin.replicaof("127.0.0.1", "1");
        expire();
      });
      await phase("Redis takes writes", 0, REST_MS, () => admin.replicaof("NO", "ONE"));
      await phase("sessions end", 1, 1500, expire);

      for (const one of processes) one.stop();
      const reports = await Promise.all(processes.map(({ report }) => report));
      const events = new Map<string, number>();
      for (const [name, count] of reports.flatMap((report) => Object.entries(report.events))) {
        events.set(name, (events.get(name) ?? 0) + count);
      }
      t.diagnostic(
        `${reports.reduce((sum, { readings }) => sum + readings, 0)} readings, the slowest after ${Math.max(...reports.map(({ slowestMs }) => slowestMs))} ms`,
      );
      t.diagnostic([...events].map(([name, count]) => `${name}: ${count}`).join(", "));
      assert.deepEqual(
        reports.flatMap(({ failures }) => failures),
        [],
      );
      assert.ok((events.get("cache-failure get") ?? 0) > 0, "no failure of the store was reported");
    } finally {
      await program.remove();
      admin.disconnect();
      await Promise.all([proxy.close(), redis.stop(), service.close()]);
    }
  });
});
