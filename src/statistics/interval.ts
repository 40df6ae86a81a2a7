import { READING_INTERVAL_MS, SAME_READING_MS } from "../glucose/cadence.ts";
import type { Missing } from "./measure.ts";

const MINUTE_MS = 60_000;
/** Distances above a day are counted as a day. */
const MAX_MINUTES = 1440;
/** Successive equal distances that show a second interval. Lost readings make longer distances, but rarely in a row. */
const MIN_SHORTER = 5;
const MIN_LONGER = 12;
/** Intervals that differ by less than this factor are one. */
const SAME_FACTOR = 1.4;

/** Returns the interval in milliseconds of readings at these sorted times, or that there are several. */
export function findInterval(times: Float64Array): number | Missing {
  const counts = new Uint32Array(MAX_MINUTES + 1);
  /** Longest row of successive distances of each length. */
  const rows = new Uint32Array(MAX_MINUTES + 1);
  let last = times[0]!;
  let total = 0;
  let previous = 0;
  let row = 0;
  for (let i = 1; i < times.length; i++) {
    const distance = times[i]! - last;
    if (distance < SAME_READING_MS) continue;
    last = times[i]!;
    const minutes = Math.round(Math.min(distance / MINUTE_MS, MAX_MINUTES));
    row = minutes === previous ? row + 1 : 1;
    previous = minutes;
    total++;
    counts[minutes]!++;
    if (row > rows[minutes]!) rows[minutes] = row;
  }
  if (total === 0) return READING_INTERVAL_MS;
  const at = (index: number): number => counts.findIndex((count) => (index -= count) < 0);
  const median = Math.round((at((total - 1) >> 1) + at(total >> 1)) / 2);
  const other = rows.findIndex((longest, minutes) => {
    const isOther = Math.max(minutes / median, median / minutes) > SAME_FACTOR;
    return isOther && longest >= (minutes < median ? MIN_SHORTER : MIN_LONGER);
  });
  if (other < 0) return median * MINUTE_MS;
  return { missing: "mixed-intervals", have: Math.max(other, median), need: Math.min(other, median) };
}
