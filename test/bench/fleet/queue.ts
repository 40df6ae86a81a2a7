/** The queue alone: as many accounts as you like, each due every five minutes, and a worker that does nothing. */
import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { DelayedError, Worker } from "bullmq";
import { Redis } from "ioredis";
import { Fleet } from "../../../src/fleet/index.ts";
import { startRedis } from "../../stores/redis-server.ts";

const INTERVAL_MS = 300_000;

export interface QueueResult {
  readonly enqueueS: number;
  readonly wantedPerSecond: number;
  readonly polledPerSecond: number;
  /** Share of one core that this process takes, and that Redis takes. */
  readonly workerShare: number;
  readonly redisShare: number;
  readonly redisBytesPerAccount: number;
}

export async function runQueue(accounts: number, seconds: number): Promise<QueueResult> {
  const server = await startRedis();
  const connection = { port: server.port, host: "127.0.0.1" };
  const redis = new Redis(server.port, "127.0.0.1");
  const numberIn = async (section: string, name: string): Promise<number> =>
    Number(new RegExp(`^${name}:([\\d.]+)`, "m").exec(await redis.info(section))?.[1]);
  const fleet = new Fleet({ connection, secret: randomBytes(32), prefix: "bench" });
  await fleet.stats();
  const emptyBytes = await numberIn("memory", "used_memory");
  const startedMs = performance.now();
  await fleet.add(
    Array.from({ length: accounts }, (_, index) => `patient-${index}`),
    { spreadMs: INTERVAL_MS },
  );
  const enqueueS = (performance.now() - startedMs) / 1000;
  const redisBytesPerAccount = ((await numberIn("memory", "used_memory")) - emptyBytes) / accounts;

  let polls = 0;
  const worker = new Worker(
    "us",
    async (job, token) => {
      polls++;
      await job.moveToDelayed(Date.now() + INTERVAL_MS, token);
      throw new DelayedError();
    },
    { connection, prefix: "bench", concurrency: 20 },
  );
  await worker.waitUntilReady();
  // What became due while accounts were added comes first.
  await sleep(5000);
  const before = { polls, cpu: process.cpuUsage(), redis: await redisCpu(numberIn), ms: performance.now() };
  await sleep(seconds * 1000);
  const s = (performance.now() - before.ms) / 1000;
  const { user, system } = process.cpuUsage(before.cpu);
  const result = {
    enqueueS,
    redisBytesPerAccount,
    wantedPerSecond: accounts / (INTERVAL_MS / 1000),
    polledPerSecond: (polls - before.polls) / s,
    workerShare: (user + system) / 1e6 / s,
    redisShare: ((await redisCpu(numberIn)) - before.redis) / s,
  };
  await worker.close();
  await fleet.close();
  redis.disconnect();
  await server.stop();
  return result;
}

async function redisCpu(numberIn: (section: string, name: string) => Promise<number>): Promise<number> {
  return (await numberIn("cpu", "used_cpu_user")) + (await numberIn("cpu", "used_cpu_sys"));
}
