import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { Redis } from "ioredis";
import { buildReaderProgram, type ReaderProcess } from "../stores/reader-process.ts";
import { noRedis, startRedis } from "../stores/redis-server.ts";
import { ACCOUNT, asked, LOGIN, startService } from "../stores/service.ts";
import { startSlowProxy } from "../stores/slow-proxy.ts";

const PROCESSES = 20;
const READ_EVERY_MS = 100;
/** Reads of one process while it leaves a store alone that has failed: five seconds, and some more. */
const READS_OF_REST = 55;
const POLL_MS = 20;

describe("twenty processes that read every 100 ms", { skip: noRedis }, () => {
  test("lose no reading while Redis is flushed, stopped, started, slow and read-only, and log in once each at most", async (t) => {
    const program = await buildReaderProgram();
    const [redis, service] = await Promise.all([startRedis(), startService()]);
    const proxy = await startSlowProxy(redis.port);
    const admin = new Redis(redis.url);
    admin.on("error", () => undefined);
    const { simulator } = service;
    /** Resolves when the processes have sent `each` reads on average since request number `from`. */
    const readsSince = async (from: number, each: number): Promise<void> => {
      while (asked(simulator, from).reads < each * PROCESSES) await wait(POLL_MS);
    };
    const lastLogin = (): number => simulator.requests.findLastIndex(({ operation }) => operation === LOGIN);
    /** Changes something, and checks how many logins follow. Ends after `reads` reads of each process without a login. */
    const phase = async (
      what: string,
      { maxLogins, reads }: { maxLogins: number; reads: number },
      change: () => unknown,
    ): Promise<void> => {
      const from = simulator.requests.length;
      await change();
      const changed = simulator.requests.length;
      for (let since = -1; since < Math.max(changed, lastLogin()) && asked(simulator, from).logins <= maxLogins;) {
        since = Math.max(changed, lastLogin());
        await readsSince(since, reads);
      }
      const { logins } = asked(simulator, from);
      t.diagnostic(`${what}: ${logins} logins`);
      assert.ok(logins <= maxLogins, `${logins} logins after: ${what}`);
    };
    const expire = (): void => simulator.expireSessions();
    try {
      const task = { ...ACCOUNT, baseUrl: service.url, everyMs: READ_EVERY_MS };
      const url = `redis://127.0.0.1:${proxy.port}`;
      const processes: ReaderProcess[] = [];
      while (processes.length < PROCESSES) {
        // A few at a time: twenty that start at once on a busy machine take longer over a store than a client waits.
        const from = simulator.requests.length;
        for (const kind of ["redis", "ioredis", "redis", "ioredis"] as const)
          processes.push(program.start({ ...task, store: { kind, url } }));
        while (asked(simulator, from).reads < 2 * processes.length) await wait(POLL_MS);
      }
      assert.equal(asked(simulator).logins, 1);
      await phase("Redis flushed, and sessions end", { maxLogins: 1, reads: 15 }, async () => {
        await admin.flushall();
        expire();
      });
      await phase("Redis stopped, and sessions end", { maxLogins: PROCESSES, reads: 25 }, async () => {
        await redis.stop();
        expire();
      });
      await phase("Redis started", { maxLogins: 0, reads: READS_OF_REST }, () => redis.start());
      const slow = { maxLogins: PROCESSES, reads: READS_OF_REST };
      await phase("Redis responds after 2 s for a while, and sessions end", slow, async () => {
        // As long as a client waits for a store: some responses are in time, some are not.
        proxy.delayMs = 2000;
        const from = simulator.requests.length;
        expire();
        await readsSince(from, 2);
        proxy.delayMs = 0;
      });
      await phase("Redis read-only, and sessions end", { maxLogins: PROCESSES, reads: 10 }, async () => {
        await admin.replicaof("127.0.0.1", "1");
        expire();
      });
      const writable = { maxLogins: 0, reads: READS_OF_REST };
      await phase("Redis takes writes", writable, () => admin.replicaof("NO", "ONE"));
      await phase("sessions end", { maxLogins: 1, reads: 15 }, expire);

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
