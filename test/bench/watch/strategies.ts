/**
 * How other clients time their polling, told from their behaviour (PROTOCOL.md, "Sessions, limits and cadence"), and
 * `watch()` beside them.
 */
import { RateLimitError, type Clock, type Dexcom, type GlucoseReading } from "dexcom-share-ts";

export interface Strategy {
  readonly name: string;
  readonly follow: (run: Run) => Promise<void>;
}

export interface Run {
  readonly dexcom: Dexcom;
  /** The client's own, which may be wrong. */
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly random: () => number;
  readonly deliver: (reading: GlucoseReading) => void;
}

const READING_MS = 300_000;

export const STRATEGIES: readonly Strategy[] = [
  {
    name: "watch()",
    follow: async ({ dexcom, signal, deliver }) => {
      for await (const reading of dexcom.watch({ signal })) deliver(reading);
    },
  },
  { name: "every 300 s", follow: polled(() => READING_MS) },
  { name: "every 60 s", follow: polled(() => 60_000) },
  {
    name: "+10 s, then 4 s × 1.8 to 60 s",
    follow: polled(({ now, newest, misses, failure }) => {
      if (failure instanceof RateLimitError) return 60_000;
      const expected = newest + READING_MS + 10_000 - now;
      return misses === 0 && expected > 0 ? expected : Math.min(4000 * 1.8 ** misses, 60_000);
    }),
  },
  {
    name: "+18 s + up to 18 s, then 150 s × 2ⁿ",
    follow: polled(({ now, newest, misses, random }) => {
      const expected = newest + READING_MS + 18_000 + random() * 18_000 - now;
      return misses === 0 && expected > 0 ? expected : 150_000 * 2 ** Math.max(0, misses - 1);
    }),
  },
];

/** What a strategy knows when it says how long to wait. */
interface State {
  readonly now: number;
  /** When the newest reading that it knows was measured. */
  readonly newest: number;
  /** Requests since then that brought nothing new. */
  readonly misses: number;
  readonly failure: unknown;
  readonly random: () => number;
}

/** Polls, asks for what is newer than the newest that it knows, and waits for as long as `delay` says. */
function polled(delay: (state: State) => number): Strategy["follow"] {
  return async ({ dexcom, clock, signal, random, deliver }) => {
    let newest = -Infinity;
    let misses = 0;
    for (;;) {
      let failure: unknown;
      let isNew = false;
      try {
        const wanted = newest === -Infinity ? 1 : 288;
        for (const reading of (await dexcom.getGlucoseReadings(1440, wanted, { signal })).reverse()) {
          if (reading.datetime.getTime() <= newest) continue;
          newest = reading.datetime.getTime();
          isNew = true;
          deliver(reading);
        }
      } catch (error) {
        if (signal.aborted) return;
        failure = error;
      }
      misses = isNew ? 0 : misses + 1;
      const ms = delay({ now: clock.now(), newest, misses, failure, random });
      try {
        await clock.sleep(ms, signal);
      } catch {
        return;
      }
    }
  };
}
