import { READING_INTERVAL_MS, SAME_READING_MS } from "../glucose/cadence.ts";
import { clamp } from "./reading-tracker.ts";

/** Delay of most phones. */
const FIRST_DELAY_MS = 20_000;
/** Share of readings that the first request finds. A higher one would be later, a lower one cost requests. */
const HIT_SHARE = 0.76;
/** The delay moves in steps: large ones until it is known, small ones from then on. */
const MAX_STEP_MS = 16_000;
const FIRST_STEP_MS = 4000;
const MIN_STEP_MS = 300;
/** Hits, and misses, in a row that are rare unless the delay has changed. */
const LONG_RUN_OF_HITS = 16;
const LONG_RUN_OF_MISSES = 3;
/** Shortest time between two requests, also if a reading is late. */
export const MIN_INTERVAL_MS = 4000;
/** The last of the retries for a late reading (after 4, 8, 16, 32 and 64 s); the longer the silence, the earlier. */
const LAST_RETRY_MS = 70_000;
/** The clocks are known to about a second, and sensors keep time to a second. */
const TOLERANCE_MS = 2000;

/** Delay with which readings reach the service, as learned from its responses. JSON. */
export interface ScheduleState {
  /** Age of the newest reading at the last response, counted from its arrival if it was dated in the future. */
  readonly ageMs?: number;
  /** Time from the measurement until the service has it. */
  readonly delayMs: number;
  readonly stepMs: number;
  /** Number of times in a row that the first request for a reading has found it, or has missed it. */
  readonly run: number;
  readonly isMissRun: boolean;
  /** Number of times in a row that two readings came together although the first was requested when it was due. */
  readonly batches: number;
}

export const FIRST_SCHEDULE: ScheduleState = {
  delayMs: FIRST_DELAY_MS,
  stepMs: FIRST_STEP_MS,
  run: 0,
  isMissRun: false,
  batches: 0,
};

/**
 * Learns from a response.
 *
 * @param passedMs Time since the previous response; Infinity for the first one.
 * @param ages Ages of the readings that it may have brought, youngest first.
 */
export function observe(given: ScheduleState, passedMs: number, ages: readonly number[]): ScheduleState {
  const { ageMs: previousMs, ...state } = given;
  const expectedMs = (previousMs ?? Infinity) + passedMs;
  const [ageMs, another] = ages.filter((age) => age < expectedMs - SAME_READING_MS);
  if (ageMs === undefined) return previousMs === undefined ? given : { ...state, ageMs: expectedMs };
  const wasAskedFor = previousMs !== undefined && previousMs - READING_INTERVAL_MS >= state.delayMs - TOLERANCE_MS;
  const batches = another === undefined ? 0 : state.batches + Number(wasAskedFor);
  return { ...learnDelay(state, ageMs - passedMs, ageMs), ageMs, batches };
}

/** Learns that a reading took more than `minMs` and at most `maxMs`. */
function learnDelay(state: ScheduleState, minMs: number, maxMs: number): ScheduleState {
  const { delayMs } = state;
  const isMiss = minMs >= delayMs - TOLERANCE_MS;
  // The request was late for a reason of our own: that says nothing about the delay.
  if (!isMiss && maxMs > 0 && maxMs > delayMs + TOLERANCE_MS) return state;
  const run = isMiss === state.isMissRun ? state.run + 1 : 1;
  const hasChanged = run > (isMiss ? LONG_RUN_OF_MISSES : LONG_RUN_OF_HITS);
  const stepMs = clamp(Math.round(state.stepMs * (hasChanged ? 2 : 0.9)), MIN_STEP_MS, MAX_STEP_MS);
  // One reading that took much longer says little about the others.
  const isOutlier = !hasChanged && maxMs - delayMs > MIN_INTERVAL_MS + TOLERANCE_MS;
  const upMs = (stepMs * HIT_SHARE) / (isOutlier ? 5 : 1);
  const next = isMiss ? Math.min(maxMs, delayMs + upMs) : delayMs - (1 - HIT_SHARE) * stepMs;
  // Whole milliseconds, as the poll step stores them.
  return { ...state, run, isMissRun: isMiss, stepMs, delayMs: Math.round(next) };
}

/** Returns the time from the last response to the next request: never more than one interval plus the learned delay. */
export function interval({ ageMs, delayMs, batches }: ScheduleState): number {
  if (ageMs === undefined) return READING_INTERVAL_MS;
  const slot = Math.max(1, Math.floor((ageMs - delayMs + TOLERANCE_MS) / READING_INTERVAL_MS));
  const lateMs = ageMs - delayMs - slot * READING_INTERVAL_MS;
  const dueMs = lateMs < -TOLERANCE_MS ? -lateMs : retryIn(lateMs, batches > 1 ? slot - 1 : slot);
  return clamp(dueMs, MIN_INTERVAL_MS, READING_INTERVAL_MS + Math.max(0, delayMs));
}

/**
 * Returns when to ask again for a reading that is late.
 *
 * @param silentSlots Readings that are missing. A phone that uploads two at a time is asked once for the first, in case
 *   it has stopped doing so.
 */
function retryIn(lateMs: number, silentSlots: number): number {
  const retryMs = Math.max(MIN_INTERVAL_MS, lateMs * 2);
  const isOver = silentSlots < 1 || retryMs > LAST_RETRY_MS / silentSlots ** 3;
  return (isOver ? READING_INTERVAL_MS : retryMs) - lateMs;
}
