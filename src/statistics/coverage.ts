import type { ZoneOffset } from "../glucose/local-time.ts";
import { shortfall, type Missing } from "./measure.ts";
import { NO_OFFSET, type Series } from "./series.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const QUARTER_MS = DAY_MS / 4;

/** Recorded part of the window, by the wearer's own clock. */
export interface Coverage {
  readonly missing: Missing | undefined;
  /** Local dates with a reading. */
  readonly dates: number;
  /**
   * Recorded share of each quarter of the local day, which begin at 0, 6, 12 and 18 o'clock; `null` if the window has
   * no part of it.
   */
  readonly quarters: readonly (number | null)[];
}

/** Calls back for each stretch of readings that are in the same quarter of the same local day. */
export function forEachStretch(
  { length, times, offsets }: Series,
  { offsetAt, stretchMs }: { readonly offsetAt: ZoneOffset | undefined; readonly stretchMs: number },
  visit: (stretch: {
    readonly index: number;
    readonly offset: number;
    readonly start: number;
    readonly end: number;
  }) => void,
): void {
  let start = 0;
  let offset = NaN;
  let end = -Infinity;
  let index = 0;
  for (let i = 0; i < length; i++) {
    const time = times[i]!;
    const own = offsets[i]!;
    if (time < end && own === offsets[i - 1]!) continue;
    const nextOffset = own === NO_OFFSET ? offsetAt!(time) : own;
    const next = Math.floor((time + nextOffset * MINUTE_MS) / stretchMs);
    if (i > 0) visit({ index, offset, start, end: i });
    [index, offset, start] = [next, nextOffset, i];
    end = (next + 1) * stretchMs - nextOffset * MINUTE_MS;
    // A zone may change its offset within a stretch, at a full quarter of an hour.
    if (own === NO_OFFSET && offsetAt!(end - 1) !== nextOffset) end = Math.min(end, nextQuarterHour(time));
  }
  if (length > 0) visit({ index, offset, start, end: length });
}

/** Measures what was recorded of each quarter of the local day, and on how many dates. */
export function measureCoverage(series: Series, offsetAt: ZoneOffset | undefined): Coverage {
  const missing = missingTimeZone(series, offsetAt);
  if (missing) return { missing, dates: 0, quarters: [] };
  const readings = [0, 0, 0, 0];
  const windowMs = [0, 0, 0, 0];
  const dates = new Set<number>();
  let from = series.from!;
  let offset = NaN;
  const addWindow = (to: number): void => {
    for (const quarter of windowMs.keys()) {
      const until = (time: number): number => timeInQuarter(time + offset * MINUTE_MS, quarter);
      windowMs[quarter]! += until(to) - until(from);
    }
    from = to;
  };
  forEachStretch(series, { offsetAt, stretchMs: QUARTER_MS }, (stretch) => {
    readings[((stretch.index % 4) + 4) % 4]! += stretch.end - stretch.start;
    dates.add(Math.floor(stretch.index / 4));
    if (stretch.start > 0 && stretch.offset !== offset) addWindow(series.times[stretch.start]!);
    offset = stretch.offset;
  });
  if (series.length > 0) addWindow(series.to!);
  const share = (ms: number, quarter: number): number | null =>
    ms > 0 ? Math.min(1, (readings[quarter]! * series.intervalMs) / ms) : null;
  return { missing, dates: dates.size, quarters: windowMs.map(share) };
}

/** Returns what is missing if the local time of a reading is unknown. */
export function missingTimeZone(series: Series, offsetAt: ZoneOffset | undefined): Missing | undefined {
  if (offsetAt) return undefined;
  const { length, offsets } = series;
  let known = 0;
  for (let i = 0; i < length; i++) if (offsets[i]! !== NO_OFFSET) known++;
  return shortfall("time-zone", known, length);
}

/** Time that a quarter of the day has taken from the epoch up to a local instant. */
function timeInQuarter(local: number, quarter: number): number {
  const day = Math.floor(local / DAY_MS);
  const inDay = local - day * DAY_MS - quarter * QUARTER_MS;
  return day * QUARTER_MS + Math.min(Math.max(inDay, 0), QUARTER_MS);
}

function nextQuarterHour(time: number): number {
  return (Math.floor(time / (15 * MINUTE_MS)) + 1) * 15 * MINUTE_MS;
}
