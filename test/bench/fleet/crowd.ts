/** A fleet at work: worker processes on loopback, with whatever is to go wrong. */
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { loadavg, tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Fleet } from "../../../src/fleet/index.ts";
import { listen } from "../../../src/simulator/node.ts";
import { fastClock } from "../../fleet/fast-clock.ts";
import { WorkerProcess } from "../../fleet/worker-process.ts";
import { startRedis } from "../../stores/redis-server.ts";
import { delayOf, instantsOf, makeService } from "./world.ts";

export interface CrowdOptions {
  readonly accounts: number;
  readonly workers: number;
  /** Minutes of real time, after the first polls. */
  readonly minutes: number;
  readonly speed: number;
  readonly spacingMs: number;
  /** Number of workers that are killed and replaced in each minute. */
  readonly kills: number;
  /** Kills Redis in the middle of the run, and starts it again. */
  readonly restart: boolean;
  /** Responds 429 in the middle of the run. */
  readonly storm: boolean;
}

export interface CrowdResult {
  readonly delivered: number;
  readonly lost: number;
  /** Which ones, the first of them. */
  readonly losses: readonly string[];
  readonly doubled: number;
  readonly disordered: number;
  readonly medianS: number;
  readonly p95S: number;
  /** From the beginning, as the service counts the requests. */
  readonly requestsPerReading: number;
  /** From the end of the first polls on. */
  readonly settled: { readonly readings: number; readonly requestsPerReading: number };
  /** Logins that were not the first one of an account. */
  readonly moreLogins: number;
  /** Figures of the fleet itself, which knows nothing of the requests of a worker that was killed. */
  readonly fleet: { readonly requestsPerReading: number | undefined; readonly logins: number };
  readonly kills: number;
  /** Real time from the first response with status 429 to the last. */
  readonly stormMs: number | undefined;
  readonly events: Readonly<Record<string, number>>;
  /** Mean number of processes of the whole machine that wanted a core. */
  readonly load: number;
}

/** A worker that is killed is replaced at once, so that only its polls in flight wait so long. */
const STALLED_MS = 10_000;

export async function runCrowd(options: CrowdOptions): Promise<CrowdResult> {
  const { accounts, workers, minutes, speed, spacingMs } = options;
  const folder = await mkdtemp(path.join(tmpdir(), "dexcom-share-fleet-"));
  const redis = await startRedis(folder, "everysec");
  const startMs = Date.now();
  const clock = fastClock(speed, startMs);
  const simulator = makeService(clock);
  const count = { requests: 0, logins: 0, readings: 0 };
  simulator.inject({
    status: 500,
    when: ({ operation }) => {
      count.requests++;
      if (operation === "LoginPublisherAccountById") count.logins++;
      return false;
    },
  });
  const server = await listen(simulator);
  const prefix = "bench";
  const secret = randomBytes(32).toString("base64");
  const keys = Array.from({ length: accounts }, (_, index) => `k${index}`);
  const delivered = new Map<string, { instant: number; lateMs: number }[]>(keys.map((key) => [key, []]));
  const events: Record<string, number> = {};
  const input = { port: redis.port, prefix, secret, baseUrl: server.url, speed, startMs, spacingMs };
  const startWorker = (): WorkerProcess =>
    new WorkerProcess({ ...input, stalledMs: STALLED_MS, concurrency: 20 }, (line) => {
      if (line.type === "event") {
        // Ids of jobs and tokens would make each message another one.
        const what = `${line.event} ${line.message ?? ""}`.replace(/\S{22,}/g, "…").trim();
        events[what] = (events[what] ?? 0) + 1;
      } else {
        const lateMs = (instant: number): number => line.atMs - instant - delayOf(instant);
        count.readings += line.instants.length;
        delivered.get(line.key)?.push(...line.instants.map((instant) => ({ instant, lateMs: lateMs(instant) })));
      }
    });
  const running = Array.from({ length: workers }, startWorker);
  const fleet = new Fleet({ connection: { port: redis.port, host: "127.0.0.1" }, secret, prefix });
  const spreadMs = 300_000 / speed;
  await fleet.add(keys, { spreadMs });
  await sleep(spreadMs);
  const settledMs = clock.now();
  const before = { ...count };

  let kills = 0;
  const refused: number[] = [];
  const loads: number[] = [];
  const endMs = Date.now() + minutes * 60_000;
  const middleMs = Date.now() + minutes * 30_000;
  let isMiddleDone = false;
  let nextKillMs = Date.now() + (options.kills > 0 ? 60_000 / options.kills : Infinity);
  while (Date.now() < endMs) {
    await sleep(200);
    loads.push(loadavg()[0]!);
    if (Date.now() >= nextKillMs) {
      nextKillMs += 60_000 / options.kills;
      const index = Math.floor(Math.random() * running.length);
      await running[index]!.stop("SIGKILL");
      running[index] = startWorker();
      kills++;
    }
    if (isMiddleDone || Date.now() < middleMs) continue;
    isMiddleDone = true;
    if (options.restart) {
      await redis.stop();
      await redis.start();
    }
    if (options.storm) {
      const note = (): boolean => refused.push(Date.now()) > 0;
      const stop = simulator.inject({ status: 429, headers: { "retry-after": "120" }, when: note });
      await sleep(Math.min(10_000, 110_000 / speed));
      stop();
    }
  }

  const after = { ...count };
  const cutMs = clock.now() - 120_000;
  // Polls whose worker or connection has just died are taken up by then.
  await sleep(3 * STALLED_MS);
  const stats = await fleet.stats();
  await fleet.close();
  await Promise.all(running.map((worker) => worker.stop()));
  const result = { lost: 0, doubled: 0, disordered: 0 };
  const lost: string[] = [];
  const lateness: number[] = [];
  for (const [key, all] of delivered) {
    const seen = new Set<number>();
    let newest = -Infinity;
    for (const { instant, lateMs } of all) {
      if (seen.has(instant)) result.doubled++;
      else if (instant < newest) result.disordered++;
      seen.add(instant);
      newest = Math.max(newest, instant);
      if (instant > settledMs) lateness.push(lateMs / 1000);
    }
    const first = all[0]?.instant ?? 0;
    for (const instant of await instantsOf(simulator, clock, key)) {
      if (instant > first && instant + delayOf(instant) < cutMs && !seen.has(instant)) {
        result.lost++;
        lost.push(`${key}: ${Math.round((cutMs - instant) / 1000)} s before the end`);
      }
    }
  }
  await server.close();
  await redis.stop();
  await rm(folder, { recursive: true, force: true });
  lateness.sort((one, other) => one - other);
  return {
    ...result,
    losses: lost.slice(0, 20),
    delivered: after.readings,
    medianS: lateness[Math.floor(lateness.length * 0.5)] ?? NaN,
    p95S: lateness[Math.floor(lateness.length * 0.95)] ?? NaN,
    requestsPerReading: after.requests / after.readings,
    settled: {
      readings: after.readings - before.readings,
      requestsPerReading: (after.requests - before.requests) / (after.readings - before.readings),
    },
    moreLogins: after.logins - accounts,
    fleet: { requestsPerReading: stats.total.requestsPerReading, logins: stats.total.logins },
    load: loads.reduce((sum, each) => sum + each, 0) / loads.length,
    kills,
    stormMs: refused.length > 0 ? refused.at(-1)! - refused[0]! : undefined,
    events,
  };
}
