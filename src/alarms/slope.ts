import { SAME_READING_MS } from "../glucose/cadence.ts";
import { MINUTE_MS, type ReadingWindow } from "./reading-window.ts";

/** A slope bridges one missing reading, not two. */
const MAX_SLOPE_STEP_MS = 10 * MINUTE_MS + SAME_READING_MS;
/** Outside these the sensor knows only LOW or HIGH. */
const MIN_FIGURE = 40;
const MAX_FIGURE = 400;

/**
 * Least-squares slope of the readings of the last `minutes` up to `index`, in mg/dL per minute. `undefined` with fewer
 * than three readings, across a gap, or if one of them is LOW or HIGH.
 */
export function slopeAt(window: ReadingWindow, index: number, minutes: number): number | undefined {
  const [end] = window[index]!;
  let [count, sumX, sumY, sumXX, sumXY] = [0, 0, 0, 0, 0];
  let previous = end;
  for (let i = index; i >= 0; i--) {
    const [at, mgDl] = window[i]!;
    if (end - at > minutes * MINUTE_MS + SAME_READING_MS) break;
    if (previous - at > MAX_SLOPE_STEP_MS || mgDl < MIN_FIGURE || mgDl > MAX_FIGURE) return undefined;
    previous = at;
    const x = (at - end) / MINUTE_MS;
    count++;
    sumX += x;
    sumY += mgDl;
    sumXX += x * x;
    sumXY += x * mgDl;
  }
  if (count < 3) return undefined;
  return (count * sumXY - sumX * sumY) / (count * sumXX - sumX * sumX);
}
