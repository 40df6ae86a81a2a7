import { READING_INTERVAL_MS, SAME_READING_MS } from "../cadence.ts";
import type { Missing } from "./measure.ts";

const MINUTE_MS = 60_000;
/** Distances above a day are counted as a day. */
const MAX_MINUTES = 1440;
/** Successive equal distances that show a second interval. Lost readings make longer distances, but rarely in a row. */
const MIN_SHORTER = 5;
const MIN_LONGER = 12;
/** Intervals that differ by less than this factor are one. */
const SAME_FACTOR = 1.4;

/** Returns the interval of sorted readings in milliseconds, or that there are several. */
export function findInterval(times: Float64Array, length: number): number | Missing {
  const counts = new Uint32Array(MAX_MINUTES + 1);
  /** Longest row of successive distances of each length. */
  const rows = new Uint32Array(MAX_MINUTES + 1);
  let last = NaN;
  let previous = 0;
  let row = 0;
  for (let i = 0; i < length; i++) {
    const distance = times[i]! - last;
    if (distance < SAME_READING_MS) continue;
    last = times[i]!;
    if (i === 0) continue;
    const minutes = Math.min(Math.max(Math.round(distance / MINUTE_MS), 1), MAX_MINUTES);
    counts[minutes]!++;
    row = minutes === previous ? row + 1 : 1;
    previous = minutes;
    if (row > rows[minutes]!) rows[minutes] = row;
  }
  const median = medianOf(counts);
  const other = rows.findIndex((longest, minutes) => isOther(minutes, median) && longest >= leastRow(minutes, median));
  if (other < 0) return median * MINUTE_MS;
  return { missing: "mixed-intervals", have: Math.max(other, median), need: Math.min(other, median) };
}

function isOther(minutes: number, median: number): boolean {
  return Math.max(minutes / median, median / minutes) > SAME_FACTOR;
}

function leastRow(minutes: number, median: number): number {
  return minutes < median ? MIN_SHORTER : MIN_LONGER;
}

function medianOf(counts: Uint32Array): number {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return READING_INTERVAL_MS / MINUTE_MS;
  const at = (index: number): number => {
    let seen = 0;
    return counts.findIndex((count) => (seen += count) > index);
  };
  return Math.round((at((total - 1) >> 1) + at(total >> 1)) / 2);
}
