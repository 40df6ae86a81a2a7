import { SAME_READING_MS } from "../glucose/cadence.ts";

/** A reading as it is kept: instant in milliseconds, mg/dL. */
export type Sample = [at: number, mgDl: number];

/** The latest readings, oldest first. */
export type ReadingWindow = Sample[];

export const MINUTE_MS = 60_000;
/** Readings further apart than this don't support each other. A reading older than this raises nothing. */
export const GAP_MS: number = 15 * MINUTE_MS;
/** Longest step between readings without a gap: a date shifts by some seconds. */
export const MAX_STEP_MS: number = GAP_MS + SAME_READING_MS;

/** Adds a sample in its place, and forgets what is older than `keepMs` before the newest. */
export function addSample(window: ReadingWindow, sample: Sample, keepMs: number): void {
  window.splice(window.findLastIndex(([at]) => at <= sample[0]) + 1, 0, sample);
  const oldest = window.at(-1)![0] - keepMs;
  while (window[0]![0] < oldest) window.shift();
}
