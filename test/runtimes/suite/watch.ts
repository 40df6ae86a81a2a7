import type { DexcomEvent, GlucoseReading, WatchOptions } from "dexcom-share-ts";
import { equal, holds, simulated, type Case, type Simulated } from "./case.ts";
import { ACCOUNT, READ } from "./service.ts";

const START = Date.UTC(2026, 2, 3, 12);
const MINUTE_MS = 60_000;
const SLOT_MS = 5 * MINUTE_MS;

/** One reading every five minutes for three hours, the first at the start, each at the service 18 s later. */
const READINGS = Array.from({ length: 36 }, (_, slot) => ({
  mgDl: 100 + slot,
  datetime: START + slot * SLOT_MS,
  availableAt: START + slot * SLOT_MS + 18_000,
}));

interface Followed extends Simulated {
  readonly seen: number[];
  readonly events: DexcomEvent["type"][];
  /** Ends when the loop does, with what it threw. */
  readonly done: Promise<unknown>;
}

/** The figures of those readings, as `watch()` delivers them. */
function follow(options?: WatchOptions, isLast: (reading: GlucoseReading) => boolean = () => false): Followed {
  const events: DexcomEvent["type"][] = [];
  const world = simulated(
    { onEvent: ({ type }) => void events.push(type) },
    { accounts: [{ ...ACCOUNT, readings: READINGS }] },
    START,
  );
  const seen: number[] = [];
  const loop = async (): Promise<unknown> => {
    try {
      for await (const reading of world.dexcom.watch(options)) {
        seen.push(reading.mgDl);
        if (isLast(reading)) break;
      }
    } catch (error) {
      return error;
    }
    return undefined;
  };
  return { ...world, seen, events, done: loop() };
}

const figures = (count: number): number[] => READINGS.slice(0, count).map(({ mgDl }) => mgDl);

export const WATCH: readonly Case[] = [
  [
    "each reading comes once, in order, within 30 s, with little more than a request each",
    async () => {
      const controller = new AbortController();
      const { clock, seen, done, operations } = follow({ signal: controller.signal });
      await clock.advance(20 * SLOT_MS + 30_000);
      equal(seen, figures(21));
      const reads = operations().filter((operation) => operation === READ).length;
      holds(reads < 32, `${reads} requests are fewer than 32`);
      controller.abort();
      equal([await done, seen.length], [undefined, 21], "what the loop ended with");
    },
  ],
  [
    "an outage and a lost session lose no reading, and it is told what is stale",
    async () => {
      const controller = new AbortController();
      const { clock, simulator, seen, events, done } = follow({ signal: controller.signal });
      await clock.advance(4 * SLOT_MS);
      const stop = simulator.inject({ status: 503 });
      await clock.advance(30 * MINUTE_MS);
      simulator.expireSessions();
      stop();
      await clock.advance(30 * MINUTE_MS);
      equal(seen, figures(16));
      equal(
        events.filter((type) => type === "stale" || type === "recovered"),
        ["stale", "recovered"],
      );
      controller.abort();
      equal(await done, undefined, "what the loop ended with");
    },
  ],
  [
    "an abort in the middle of a wait ends the loop at once, and a loop that is left asks no more",
    async () => {
      const controller = new AbortController();
      const waiting = follow({ signal: controller.signal });
      await waiting.clock.advance(SLOT_MS + MINUTE_MS);
      controller.abort();
      equal([await waiting.done, waiting.seen], [undefined, figures(2)], "what the loop ended with");

      const left = follow({ since: new Date(START - SLOT_MS) }, ({ mgDl }) => mgDl === 101);
      await left.clock.advance(SLOT_MS + MINUTE_MS);
      equal([await left.done, left.seen], [undefined, figures(2)], "what the loop ended with");
      for (const { clock, operations } of [waiting, left]) {
        const before = operations().length;
        await clock.advance(6 * SLOT_MS);
        equal([operations().length, clock.sleeping], [before, 0], "the requests, and who sleeps");
      }
    },
  ],
];
