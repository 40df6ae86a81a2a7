import { CLEAR, HOLDS, type LevelAt } from "./level.ts";
import { SAME_READING_MS } from "../glucose/cadence.ts";
import { GAP_MS, MAX_STEP_MS, type ReadingWindow } from "./reading-window.ts";

/** Instant of the first reading of the run of readings for which the condition holds, up to the newest. */
export function heldSince(level: LevelAt, window: ReadingWindow): number {
  let index = window.length - 1;
  while (index > 0 && level(window, index - 1) === HOLDS) index--;
  return window[index]![0];
}

/**
 * Tells if the newest readings end a condition: two running are clear of it, or all readings of 15 minutes are beyond
 * the threshold. Readings before a gap don't count.
 */
export function hasReturned(level: LevelAt, window: ReadingWindow): boolean {
  const last = window.length - 1;
  const newest = level(window, last);
  if (newest >= 0) return false;
  for (let index = last; index > 0 && window[index]![0] - window[index - 1]![0] <= MAX_STEP_MS; index--) {
    const previous = level(window, index - 1);
    if (previous >= 0) return false;
    if (index === last && newest === CLEAR && previous === CLEAR) return true;
    if (window[last]![0] - window[index - 1]![0] > GAP_MS - SAME_READING_MS) return true;
  }
  return false;
}
