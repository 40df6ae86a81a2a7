import { SAME_READING_MS } from "../glucose/cadence.ts";

/** A reading as it is kept: instant in milliseconds, mg/dL. */
export type Sample = [at: number, mgDl: number];

/** The latest readings, oldest first. */
export type ReadingWindow = Sample[];

export const MINUTE_MS = 60_000;
/** Readings further apart than this don't support each other. A reading older than this raises nothing. */
export const GAP_MS: number = 15 * MINUTE_MS;

/** Tells if a reading of about that instant is in the window. */
export function hasSample(window: ReadingWindow, at: number): boolean {
  for (let i = window.length; i-- > 0;) {
    const [time] = window[i]!;
    if (Math.abs(time - at) < SAME_READING_MS) return true;
    if (time < at) return false;
  }
  return false;
}

/** Adds a sample in its place, and forgets what is older than `keepMs` before the newest. */
export function addSample(window: ReadingWindow, sample: Sample, keepMs: number): void {
  let index = window.length;
  while (index > 0 && window[index - 1]![0] > sample[0]) index--;
  window.splice(index, 0, sample);
  const oldest = window.at(-1)![0] - keepMs;
  while (window[0]![0] < oldest) window.shift();
}

/** Tells if a sample follows the one before it without a gap. */
export function isContiguous(window: ReadingWindow, index: number): boolean {
  return window[index]![0] - window[index - 1]![0] <= GAP_MS + SAME_READING_MS;
}
