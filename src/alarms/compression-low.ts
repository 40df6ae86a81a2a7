import { MINUTE_MS, type ReadingWindow } from "./reading-window.ts";

const DAY_MINUTES = 1440;
/** Local hours in which people lie: 22 to 8. */
const NIGHT_BEGINS = 22 * 60;
const NIGHT_ENDS = 8 * 60;
/** A calm hour stays within so many mg/dL. The low is further below its mean, and the return ends within it. */
const CALM_RANGE = 30;
const CALM_MINUTES = 60;
const MIN_CALM_READINGS = 6;
/** From the calm to the low, and from the low back to it, takes no longer than this. */
const FLANK_MINUTES = 25;
const MAX_LOW_MINUTES = 60;

/**
 * Tells if a low that has just ended looks like pressure on the sensor: a steep fall out of a calm night, and a return
 * as steep. It is a suspicion, so it suppresses nothing.
 *
 * @param utcOffset The wearer's, in minutes. Without it no night can be told.
 */
export function looksLikeCompression(window: ReadingWindow, threshold: number, utcOffset: number | null): boolean {
  const end = window.findLastIndex(([, mgDl]) => mgDl <= threshold);
  if (utcOffset === null || end < 0 || end === window.length - 1) return false;
  let start = end;
  while (start > 0 && window[start - 1]![1] <= threshold) start--;
  const low = window.slice(start, end + 1);
  const began = low[0]![0];
  const ended = low.at(-1)![0];
  const [now, newest] = window.at(-1)!;
  const calmUntil = began - FLANK_MINUTES * MINUTE_MS;
  const calm = figuresOf(window.filter(([at]) => at <= calmUntil && at > calmUntil - CALM_MINUTES * MINUTE_MS));
  const base = calm.reduce((sum, mgDl) => sum + mgDl, 0) / calm.length;
  return (
    isNight(began, utcOffset) &&
    calm.length >= MIN_CALM_READINGS &&
    Math.max(...calm) - Math.min(...calm) <= CALM_RANGE &&
    base - Math.min(...figuresOf(low)) > CALM_RANGE &&
    ended - began <= MAX_LOW_MINUTES * MINUTE_MS &&
    now - ended <= FLANK_MINUTES * MINUTE_MS &&
    newest >= base - CALM_RANGE
  );
}

function figuresOf(samples: ReadingWindow): number[] {
  return samples.map(([, mgDl]) => mgDl);
}

function isNight(at: number, utcOffset: number): boolean {
  const minute = (((at / MINUTE_MS + utcOffset) % DAY_MINUTES) + DAY_MINUTES) % DAY_MINUTES;
  return minute >= NIGHT_BEGINS || minute < NIGHT_ENDS;
}
