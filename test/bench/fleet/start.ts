/** The start of a worker: first logins of many accounts, with a store that has a `secret` and with one that has none. */
import { randomBytes } from "node:crypto";
import { Redis } from "ioredis";
import { Fleet, FleetWorker } from "../../../src/fleet/index.ts";
import { RedisSessionStore } from "../../../src/stores/redis.ts";
import { systemClock } from "../../../src/clock.ts";
import { startRedis } from "../../stores/redis-server.ts";
import { makeService } from "./world.ts";

export interface StartResult {
  /** From the first request to the last account's first reading. */
  readonly seconds: number;
  /** Time of this process's processors, with the simulator in it. */
  readonly processorSeconds: number;
}

export async function runStart(accounts: number, hasSecret: boolean): Promise<StartResult> {
  const server = await startRedis();
  const connection = new Redis(server.port, "127.0.0.1", { maxRetriesPerRequest: null });
  const secret = randomBytes(32);
  const fleet = new Fleet({ connection, secret });
  const simulator = makeService(systemClock);
  await fleet.add(
    Array.from({ length: accounts }, (_, index) => `k${index}`),
    { spreadMs: 0 },
  );
  let finish: () => void;
  const ready = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const seen = new Set<string>();
  const cpu = process.cpuUsage();
  const startedMs = performance.now();
  const worker = new FleetWorker({
    connection,
    secret,
    store: new RedisSessionStore(connection, hasSecret ? { secret } : {}),
    regions: ["us"],
    spacingMs: 0,
    fetch: simulator.fetch,
    credentials: (key) => ({ username: `wearer-${key}@example.com`, password: `the password of ${key}` }),
    onReadings: (key) => {
      if (seen.add(key).size === accounts) finish();
    },
    onEvent: () => undefined,
  });
  await ready;
  const seconds = (performance.now() - startedMs) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  await worker.close();
  await fleet.close();
  connection.disconnect();
  await server.stop();
  return { seconds, processorSeconds: (user + system) / 1e6 };
}
