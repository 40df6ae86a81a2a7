import type { Series } from "./series.ts";

/** Longest distance of two readings within an episode. Half a minute more, because instants shift by seconds. */
const MAX_DISTANCE_MS = 45.5 * 60_000;

/** End of an episode: readings back in range, more than 45 minutes without one, or the end of the data. */
export type EpisodeEnd = "recovery" | "gap" | "end";

/** Readings from `first` to `last` of a series that make one episode. */
interface Run {
  readonly first: number;
  readonly last: number;
  readonly endedBy: EpisodeEnd;
}

/** Rules of one kind of episode. */
export interface EpisodeRules {
  /** 1 for highs. -1 for lows: values and limits change their sign, so that beyond is always above. */
  readonly side: 1 | -1;
  /** A value above it belongs to the episode. Any other counts towards the recovery. */
  readonly limit: number;
  /** An episode begins with `minReadings` of the last `windowReadings` above this. */
  readonly trigger: number;
  readonly minReadings: number;
  readonly windowReadings: number;
  /** Readings back in range that end it. */
  readonly recoveryReadings: number;
}

/** Finds the episodes of one kind. */
export function findRuns({ length, times, values }: Series, rules: EpisodeRules): Run[] {
  const { side, limit, trigger, minReadings, windowReadings, recoveryReadings } = rules;
  const runs: Run[] = [];
  /** Places of the triggers in the window, while no episode is going on. */
  let triggers: number[] = [];
  let first = -1;
  let last = -1;
  let back = 0;
  for (let i = 0; i < length; i++) {
    const isIdle = first < 0 && triggers.length === 0;
    // Most readings are in range and between episodes.
    if (isIdle) while (i < length && side * values[i]! <= trigger) i++;
    if (i === length) break;
    const value = side * values[i]!;
    back = value > limit ? 0 : back + 1;
    const isGap = !isIdle && times[i]! - times[i - 1]! > MAX_DISTANCE_MS;
    if (isGap || (first >= 0 && back >= recoveryReadings)) {
      if (first >= 0) runs.push({ first, last, endedBy: isGap ? "gap" : "recovery" });
      first = -1;
      triggers = [];
    }
    if (first >= 0) {
      if (back === 0) last = i;
    } else if (value > trigger) {
      if (triggers[0]! <= i - windowReadings) triggers = triggers.filter((place) => place > i - windowReadings);
      triggers.push(i);
      if (triggers.length >= minReadings) [first, last] = [triggers[0]!, i];
    } else if (triggers.at(-1)! <= i - windowReadings) triggers = [];
  }
  if (first >= 0) runs.push({ first, last, endedBy: "end" });
  return runs;
}
