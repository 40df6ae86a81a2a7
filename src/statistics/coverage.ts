import type { Series } from "./series.ts";
import { forEachStretch } from "./stretches.ts";

const DAY_MS = 86_400_000;
const QUARTER_MS = DAY_MS / 4;

/** Recorded part of the window, by the wearer's own clock. */
export interface Coverage {
  /** Recorded share of the window, 0 to 1. */
  readonly completeness: number;
  /** Local dates with a reading. */
  readonly dates: number;
  /**
   * Recorded share of each quarter of the local day, which begin at 0, 6, 12 and 18 o'clock; `null` if the window has
   * no part of it.
   */
  readonly quarters: readonly (number | null)[];
}

/** Measures what was recorded of the window and of each quarter of the local day, and on how many dates. */
export function measureCoverage(series: Series): Coverage {
  const { length, times, intervalMs, from = 0, to = 0 } = series;
  const readings = [0, 0, 0, 0];
  const windowMs = [0, 0, 0, 0];
  const dates = new Set<number>();
  let offset = 0;
  let since = from;
  const addWindow = (until: number): void => {
    for (const quarter of windowMs.keys())
      windowMs[quarter]! += timeInQuarter(until + offset, quarter) - timeInQuarter(since + offset, quarter);
    since = until;
  };
  forEachStretch(series, QUARTER_MS, ({ slot, offsetMs, start, end }) => {
    readings[slot & 3]! += end - start;
    dates.add(slot >> 2);
    // An offset holds until the first reading with another.
    if (start > 0 && offsetMs !== offset) addWindow(times[start]!);
    offset = offsetMs;
  });
  if (length > 0) addWindow(to);
  const share = (count: number, ms: number): number | null => (ms > 0 ? Math.min(1, (count * intervalMs) / ms) : null);
  return {
    completeness: share(length, to - from) ?? 0,
    dates: dates.size,
    quarters: windowMs.map((ms, place) => share(readings[place]!, ms)),
  };
}

/** Time that a quarter of the day has taken from the epoch up to a local instant. */
function timeInQuarter(local: number, quarter: number): number {
  const day = Math.floor(local / DAY_MS);
  const inDay = local - day * DAY_MS - quarter * QUARTER_MS;
  return day * QUARTER_MS + Math.min(Math.max(inDay, 0), QUARTER_MS);
}
