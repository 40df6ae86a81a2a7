import type { Series } from "./series.ts";

const MINUTE_MS = 60_000;

/** Readings of a series from `start` up to, but without, `end`, all with one offset. */
export interface Stretch {
  /** Number of the stretch in local time, counted from 1970. */
  readonly slot: number;
  readonly offsetMs: number;
  readonly start: number;
  readonly end: number;
}

/** Calls back for each stretch of the wearer's local time that has readings, such as each hour. */
export function forEachStretch(
  { length, times, offsets }: Series,
  stretchMs: number,
  visit: (stretch: Stretch) => void,
): void {
  for (let start = 0, end = 0; start < length; start = end) {
    const offsetMs = offsets[start]! * MINUTE_MS;
    const slot = Math.floor((times[start]! + offsetMs) / stretchMs);
    const until = (slot + 1) * stretchMs - offsetMs;
    while (end < length && times[end]! < until && offsets[end] === offsets[start]) end++;
    visit({ slot, offsetMs, start, end });
  }
}
