/** The plain loops that statistics are measured beside, and the readings of both. */
import type { GlucosePoint } from "../../../src/statistics/index.ts";

const START_MS = Date.UTC(2020, 0, 1);
const INTERVAL_MS = 300_000;
const HOUR_MS = 3_600_000;
const HOURS = 24;

/** Readings without a gap, that rise above and fall below the range every day. */
export function madeUpPoints(count: number): GlucosePoint[] {
  return Array.from({ length: count }, (_, i) => ({
    mgDl: Math.round(140 + 90 * Math.sin(i / 11) + 10 * Math.sin(i / 3)),
    datetime: new Date(START_MS + i * INTERVAL_MS),
    timezone: "+0000",
  }));
}

/** Mean and SD in two passes, as one writes them by hand. */
export function meanAndSdLoop(points: readonly GlucosePoint[]): number {
  let sum = 0;
  for (const { mgDl } of points) sum += mgDl;
  const mean = sum / points.length;
  let squares = 0;
  for (const { mgDl } of points) squares += (mgDl - mean) ** 2;
  return Math.sqrt(squares / (points.length - 1));
}

/** Sum by hour of the day. */
export function hourLoop(points: readonly GlucosePoint[]): number {
  const sums = new Float64Array(HOURS);
  for (const { mgDl, datetime } of points) sums[Math.floor(datetime.getTime() / HOUR_MS) % HOURS]! += mgDl;
  return sums[0]!;
}
