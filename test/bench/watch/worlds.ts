/** The worlds in which the strategies are compared: when readings reach the service, and what goes wrong. */
import { generateReadings, type ShareSimulator, type SimulatedReading } from "dexcom-share-ts/simulator";
import { gaussian, numbers } from "./chance.ts";

export const MINUTE_MS: number = 60_000;
const HOUR_MS: number = 60 * MINUTE_MS;
export const DAY_MS: number = 24 * HOUR_MS;

export interface World {
  readonly name: string;
  /** Milliseconds from a measurement to the service. `random` gives numbers in [0, 1), the same ones in each run. */
  readonly delayMs: (timeMs: number, random: () => number) => number;
  /** Milliseconds by which the client's clock is ahead. */
  readonly clockErrorMs?: number;
  readonly trouble?: (simulator: ShareSimulator) => void;
  /** What `watch()` is wanted to do here, besides losing, doubling and disordering nothing. */
  readonly wanted?: { readonly medianS: number; readonly requestsPerReading: number };
}

/** What phones of users are seen to take (PROTOCOL.md, "Sessions, limits and cadence"). */
const uniform: World["delayMs"] = (_time, random) => 10_000 + 20_000 * random();
const normal: World["delayMs"] = (_time, random) => 18_000 + 2000 * gaussian(random);

export const WORLDS: readonly World[] = [
  { name: "delay uniform, 10 to 30 s", delayMs: uniform, wanted: { medianS: 5, requestsPerReading: 1.5 } },
  { name: "delay normal, 18 ± 2 s", delayMs: normal, wanted: { medianS: 2.5, requestsPerReading: 1.3 } },
  {
    name: "phone uploads two every ten minutes",
    // The first of two waits for the second, and arrives when that does.
    delayMs: (time, random) => (isFirstOfTwo(time) ? 5 * MINUTE_MS : 0) + 10_000 + 20_000 * pairChance(time, random()),
  },
  {
    name: "an hour's outage a day, backfilled",
    // The service is away from 14:30 to 15:30 UTC, and the phone keeps what it measured then for 20 to 50 minutes more:
    // it arrives when newer readings are long there, and in no order.
    delayMs: (time, random) => {
      const [delayMs, waitMs] = [uniform(time, random), (20 + 30 * random()) * MINUTE_MS];
      return isOutage(time) ? 15.5 * HOUR_MS - (time % DAY_MS) + waitMs : delayMs;
    },
    trouble: (simulator) => {
      simulator.inject({ when: ({ timeMs }) => isOutage(timeMs), status: 503 });
    },
  },
  {
    name: "a 429 storm, a quarter of each hour",
    delayMs: uniform,
    // Five of seven requests are turned away, three of them with a time to wait for.
    trouble: (simulator) => {
      const isWithin = (time: number, share: number): boolean =>
        time % HOUR_MS < 15 * MINUTE_MS && Math.floor(time) % 7 < share;
      simulator.inject({ when: ({ timeMs }) => isWithin(timeMs, 3), status: 429, headers: { "retry-after": "30" } });
      simulator.inject({ when: ({ timeMs }) => isWithin(timeMs, 5), status: 429 });
    },
  },
  { name: "a clock three hours fast", delayMs: normal, clockErrorMs: 3 * HOUR_MS },
  { name: "a clock three hours slow", delayMs: normal, clockErrorMs: -3 * HOUR_MS },
];

/**
 * The readings of a made-up week and of the day before it, sensor gaps included, with the times at which they arrive.
 */
export function readingsOf(
  world: World,
  startMs: number,
  endMs: number,
  seed: number,
): (SimulatedReading & { readonly availableAt: Date })[] {
  const random = numbers(seed);
  return generateReadings({ seed, from: startMs - DAY_MS, to: endMs }).map((reading) => ({
    ...reading,
    availableAt: new Date(+reading.datetime + Math.round(world.delayMs(+reading.datetime, random))),
  }));
}

function isFirstOfTwo(time: number): boolean {
  return Math.floor(time / (5 * MINUTE_MS)) % 2 === 0;
}

/** The same chance for both of two readings: that of the first, which is asked for first. */
let chanceOfPair = 0;
function pairChance(time: number, chance: number): number {
  if (isFirstOfTwo(time)) chanceOfPair = chance;
  return chanceOfPair;
}

function isOutage(time: number): boolean {
  return time % DAY_MS >= 14.5 * HOUR_MS && time % DAY_MS < 15.5 * HOUR_MS;
}
