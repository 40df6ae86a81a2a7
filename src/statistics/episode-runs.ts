import type { Series } from "./series.ts";

/** Longest distance of two readings within an episode. Half a minute more, because instants shift by seconds. */
const MAX_DISTANCE_MS = 45.5 * 60_000;

/** End of an episode: readings back in range, more than 45 minutes without one, or the end of the data. */
export type EpisodeEnd = "recovery" | "gap" | "end";

/** When readings make an episode. */
export interface EpisodeRule {
  /** 1 for highs. -1 for lows. */
  readonly side: 1 | -1;
  /** A value beyond it belongs to the episode. Any other counts towards the recovery. */
  readonly limit: number;
  /** An episode begins with `minReadings` of the last `windowReadings` beyond this. */
  readonly trigger: number;
  readonly minReadings: number;
  readonly windowReadings: number;
  /** Readings back in range that end it. */
  readonly recoveryReadings: number;
}

/** Readings of a series from `start` up to, but without, `end`. */
export interface Part {
  readonly start: number;
  readonly end: number;
  readonly endedBy: EpisodeEnd;
}

/** Part that makes one episode, with the recovery. `last` is the last reading beyond the limit. */
export interface Run extends Part {
  readonly last: number;
}

/** Splits a series at each gap that ends an episode. */
export function splitAtGaps({ length, times }: Series): Part[] {
  const parts: Part[] = [];
  let start = 0;
  for (let end = 1; end <= length; end++) {
    if (end < length && times[end]! - times[end - 1]! <= MAX_DISTANCE_MS) continue;
    parts.push({ start, end, endedBy: end < length ? "gap" : "end" });
    start = end;
  }
  return parts;
}

/** Finds the episodes of a rule in a part of a series. */
export function findRuns({ values }: Series, rule: EpisodeRule, { start, end, endedBy }: Part): Run[] {
  const { side, minReadings, windowReadings, recoveryReadings } = rule;
  // Values and limits change their sign for lows, so that beyond is always above.
  const limit = side * rule.limit;
  const trigger = side * rule.trigger;
  const runs: Run[] = [];
  /** Places of the latest triggers while no episode is going on, each written over the oldest. */
  let triggers: number[] = [];
  let count = 0;
  let first = -1;
  let last = -1;
  for (let i = start; i < end; i++) {
    const value = side * values[i]!;
    if (first >= 0) {
      if (value > limit) last = i;
      else if (i - last === recoveryReadings) {
        runs.push({ start: first, last, end: i + 1, endedBy: "recovery" });
        triggers = [];
        first = -1;
      }
    } else if (value > trigger) {
      triggers[count++ % minReadings] = i;
      const oldest = triggers[count % minReadings];
      if (oldest !== undefined && i - oldest < windowReadings) [first, last] = [oldest, i];
    }
  }
  if (first >= 0) runs.push({ start: first, last, end, endedBy });
  return runs;
}
