/** One strategy through a simulated week of one world. */
import { Dexcom, type Clock } from "dexcom-share-ts";
import { ShareSimulator, VirtualClock } from "dexcom-share-ts/simulator";
import { numbers } from "./chance.ts";
import type { Strategy } from "./strategies.ts";
import { DAY_MS, MINUTE_MS, readingsOf, type World } from "./worlds.ts";

export interface Outcome {
  /** Of (delivered − available), in seconds. */
  readonly medianS: number;
  readonly p95S: number;
  readonly requestsPerReading: number;
  readonly loginsPerDay: number;
  readonly lost: number;
  readonly doubled: number;
  /** Older than one delivered before, without a mark that says so. */
  readonly disordered: number;
}

interface Delivered {
  readonly time: number;
  /** By the service's clock. */
  readonly at: number;
  readonly isLate: boolean;
}

const START_MS = Date.UTC(2026, 0, 5, 12, 1, 40);
const DAYS = 7;
const END_MS = START_MS + DAYS * DAY_MS;
/** What became available so shortly before the end may be on its way. */
const GRACE_MS = 60 * MINUTE_MS;
const USER = { username: "someone@example.com", password: "secret" };

export async function measure(world: World, strategy: Strategy, seed: number): Promise<Outcome> {
  const readings = readingsOf(world, START_MS, END_MS, seed);
  const real = new VirtualClock(START_MS);
  const simulator = new ShareSimulator({ accounts: [{ ...USER, readings }], clock: real });
  world.trouble?.(simulator);
  const clock: Clock = {
    now: () => real.now() + (world.clockErrorMs ?? 0),
    sleep: (ms, signal) => real.sleep(ms, signal),
    hold: (work) => real.hold(work),
  };
  // Without jitter, so that runs repeat.
  const dexcom = new Dexcom({ ...USER, fetch: simulator.fetch, clock, retry: { jitter: false } });
  const delivered: Delivered[] = [];
  const stop = new AbortController();
  const following = strategy.follow({
    dexcom,
    clock,
    signal: stop.signal,
    random: numbers(seed + 1),
    deliver: ({ datetime, late = false }) => {
      delivered.push({ time: datetime.getTime(), at: real.now(), isLate: late });
    },
  });
  await real.advance(END_MS - START_MS);
  stop.abort();
  await following;
  return summarize(readings, delivered, simulator);
}

function summarize(
  readings: ReturnType<typeof readingsOf>,
  delivered: readonly Delivered[],
  simulator: ShareSimulator,
): Outcome {
  // The first reading was there before the first request: it says nothing of lateness.
  const first = delivered[0]!.time;
  const due = readings.filter(({ datetime, availableAt }) => +datetime > first && +availableAt < END_MS - GRACE_MS);
  const seen = new Map<number, number>();
  let disordered = 0;
  let newest = -Infinity;
  for (const { time, at, isLate } of delivered) {
    if (!seen.has(time)) seen.set(time, at);
    if (time < newest && !isLate) disordered++;
    newest = Math.max(newest, time);
  }
  const lateness = due
    .flatMap(({ datetime, availableAt }) => (seen.has(+datetime) ? [(seen.get(+datetime)! - +availableAt) / 1000] : []))
    .sort((a, b) => a - b);
  const quantile = (share: number): number => lateness[Math.floor(lateness.length * share)]!;
  const logins = simulator.requests.filter(({ operation }) => operation === "LoginPublisherAccountById").length;
  return {
    medianS: quantile(0.5),
    p95S: quantile(0.95),
    requestsPerReading: simulator.requests.length / due.length,
    loginsPerDay: logins / DAYS,
    lost: due.length - lateness.length,
    doubled: delivered.length - seen.size,
    disordered,
  };
}
