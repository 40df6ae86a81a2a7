import type { AccountDefaults } from "../options.ts";
import type { Injection } from "../injection/injection.ts";
import { type Knot, valueThrough } from "./knots.ts";
import { smoothNoise } from "../readings/random.ts";
import type { ScenarioName } from "./names.ts";

/** Changes that a scenario makes to accounts and requests. */
export interface Scenario {
  /** Account options in the place of those that are not given. */
  readonly account?: AccountDefaults;
  readonly injection?: Injection;
}

const MINUTE_MS = 60_000;

/** Builds the scenario that begins at `startMs`. */
export function makeScenario(name: ScenarioName, startMs: number): Scenario {
  switch (name) {
    case "steady":
      return { account: { generator: { curve: steady } } };
    case "low":
      return withDeviation(startMs, [
        [-45, 0],
        [25, -66],
        [50, -66],
        [95, 0],
      ]);
    case "high":
      return withDeviation(startMs, [
        [-120, 0],
        [60, 330],
        [110, 330],
        [240, 0],
      ]);
    case "compression-low":
      return withDeviation(startMs, [
        [-14, 0],
        [2, -55],
        [27, -55],
        [43, 0],
      ]);
    case "sensor-change":
      return {
        account: {
          generator: { curve: (timeMs) => (isBetween(timeMs, startMs, -40, 85) ? undefined : steady(timeMs)) },
        },
      };
    case "stale":
      return {
        account: { generator: { curve: steady, delayMs: (timeMs, chance) => staleDelayMs(timeMs, startMs, chance) } },
      };
    case "empty":
      return { account: { readings: [] } };
    case "no-follower":
      return { account: { followers: [] } };
    case "outage":
      return { account: { generator: { curve: steady } }, injection: { status: 503, when: isEvery(startMs, 60, 20) } };
    case "429":
      return { account: { generator: { curve: steady } }, injection: { status: 429, when: isEvery(startMs, 30, 5) } };
  }
}

/** In range, with trends that are always flat. */
function steady(timeMs: number): number {
  const minutes = timeMs / MINUTE_MS;
  return 112 + 7 * smoothNoise(minutes / 190, 1) + 2 * smoothNoise(minutes / 31, 2);
}

function withDeviation(startMs: number, knots: readonly Knot[]): Scenario {
  const curve = (timeMs: number): number => steady(timeMs) + valueThrough(knots, (timeMs - startMs) / MINUTE_MS);
  return { account: { generator: { curve } } };
}

/** Readings that the phone could not upload arrive 10 to 30 s after it is back. */
function staleDelayMs(timeMs: number, startMs: number, chance: number): number {
  const usualMs = Math.round(10_000 + 20_000 * chance);
  return isBetween(timeMs, startMs, -40, 30) ? startMs + 30 * MINUTE_MS + usualMs - timeMs : usualMs;
}

function isBetween(timeMs: number, startMs: number, fromMinutes: number, toMinutes: number): boolean {
  return timeMs > startMs + fromMinutes * MINUTE_MS && timeMs < startMs + toMinutes * MINUTE_MS;
}

/** True in the first `forMinutes` of every `everyMinutes` since the start. */
function isEvery(startMs: number, everyMinutes: number, forMinutes: number): NonNullable<Injection["when"]> {
  return ({ timeMs }) => (timeMs - startMs) % (everyMinutes * MINUTE_MS) < forMinutes * MINUTE_MS;
}
