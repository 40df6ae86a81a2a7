import type { Clock } from "../../clock.ts";
import type { FleetEvent } from "../../fleet/fleet-event.ts";
import type { Fleet, FleetWorker } from "../../fleet/index.ts";
import { UsageError } from "../exit.ts";
import { SIMULATED_PASSWORD } from "../simulated.ts";

/** Beginning of the prefix of the keys in Redis. Each run has a prefix of its own, because others may be at work. */
const DEMO_PREFIX = "dexcom-fleet-demo";
/** No secret is in this fleet. */
const DEMO_SECRET = new Uint8Array(32).fill(7);
const READING_INTERVAL_MS = 300_000;
/** Twice the requests that a reading takes, so that the gate is never the limit. */
const REQUESTS_PER_READING = 3;
const MAX_SPACING_MS = 300;

interface SimulatedFleetOptions {
  readonly redisUrl: URL;
  readonly accounts: number;
  readonly workers: number;
  readonly speed: number;
  readonly clock: Clock;
  readonly onEvent: (event: FleetEvent) => void;
}

/** A fleet whose workers and whose service are in this process. */
export interface SimulatedFleet {
  readonly fleet: Fleet;
  /** Ends the polls under way, and removes the keys of this run from Redis. */
  close(): Promise<void>;
}

export async function startSimulatedFleet(options: SimulatedFleetOptions): Promise<SimulatedFleet> {
  const { redisUrl, accounts, workers: workerCount, speed, clock, onEvent } = options;
  const [{ Fleet, FleetWorker }, { KeyValueSessionStore }, { ShareSimulator }] = await Promise.all([
    import("../../fleet/index.ts").catch(explainMissing),
    import("../../stores/key-value.ts"),
    import("../../simulator/simulator.ts"),
  ]);
  const simulator = new ShareSimulator({
    clock,
    maxLoggedRequests: 0,
    accounts: (username) =>
      username.endsWith("@example.com") ? { username, password: SIMULATED_PASSWORD } : undefined,
  });
  const prefix = `${DEMO_PREFIX}-${crypto.randomUUID().slice(0, 8)}`;
  const shared = { connection: { url: redisUrl.href }, secret: DEMO_SECRET, prefix, onEvent };
  const fleet = new Fleet(shared);
  const keys = Array.from({ length: accounts }, (_, index) => `wearer-${index}`);
  const sessions = new Map<string, string>();
  const store = new KeyValueSessionStore(
    {
      get: async (key) => sessions.get(key),
      set: async (key, value) => void sessions.set(key, value),
      delete: async (key) => void sessions.delete(key),
    },
    { secret: DEMO_SECRET },
  );
  const spacingMs = Math.min(MAX_SPACING_MS, READING_INTERVAL_MS / (accounts * speed * REQUESTS_PER_READING));
  const startWorker = (): FleetWorker =>
    new FleetWorker({
      ...shared,
      ...{ store, clock, spacingMs, regions: ["us"], fetch: simulator.fetch },
      credentials: (key) => ({ username: `${key}@example.com`, password: SIMULATED_PASSWORD }),
      onReadings: () => undefined,
    });
  await fleet.add(keys, { spreadMs: READING_INTERVAL_MS / speed });
  const workers = Array.from({ length: workerCount }, startWorker);
  const close = async (): Promise<void> => {
    await Promise.all(workers.map((worker) => worker.close()));
    await fleet.close();
    await removeKeys(redisUrl, prefix);
  };
  return { fleet, close };
}

/** Removes all keys with a prefix. */
async function removeKeys(redisUrl: URL, prefix: string): Promise<void> {
  const { Redis } = await import("ioredis");
  const redis = new Redis(redisUrl.href, { maxRetriesPerRequest: 1 });
  // A command that fails says so itself.
  redis.on("error", () => undefined);
  try {
    for await (const keys of redis.scanStream({ match: `${prefix}:*`, count: 1000 }) as AsyncIterable<string[]>) {
      if (keys.length > 0) await redis.unlink(keys);
    }
  } finally {
    redis.disconnect();
  }
}

/** Both packages are optional. */
function explainMissing(error: unknown): never {
  if ((error as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw error;
  throw new UsageError("a fleet needs the packages bullmq and ioredis: npm install bullmq ioredis");
}
