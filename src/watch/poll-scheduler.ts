import { clamp, SAME_MS, SLOT_MS } from "./reading-tracker.ts";

/** What most phones keep to (wire-protocol 14). */
const FIRST_DELAY_MS = 20_000;
/** The first request for a reading is meant to find it this often: more often would be later, less often cost requests. */
const HIT_SHARE = 0.76;
/** What the delay moves by at a time: much until it is known, and little from then on. */
const MAX_STEP_MS = 16_000;
const FIRST_STEP_MS = 4000;
const MIN_STEP_MS = 300;
/** Hits, and misses, in a row that are rare unless the delay has changed. */
const LONG_RUN_OF_HITS = 16;
const LONG_RUN_OF_MISSES = 3;
/** No faster than this when a reading is late (wire-protocol 14). */
const MIN_GAP_MS = 4000;
/** The last of the re-polls (after 4, 8, 16, 32 and 64 s) in the first slot; in the later ones they end earlier. */
const LAST_REPOLL_MS = 70_000;
/** The clocks are known to about a second, and sensors keep time to a second. */
const TOLERANCE_MS = 2000;

/**
 * Makes what says when to ask next, and learns how long readings take to the service. It is told of each answer: when it
 * came and the times of its readings, newest first. All times are the service's, in milliseconds.
 */
export function makePacer(): (at: number, times: readonly number[]) => [dueAt: number, newest: number] {
  let newest = -Infinity;
  let known: readonly number[] = [];
  let heardAt = -Infinity;
  let delayMs = FIRST_DELAY_MS;
  let stepMs = FIRST_STEP_MS;
  /** How often in a row the first request for a reading has found it, or has missed it. */
  let run = 0;
  let wasMiss = false;
  /** How often in a row readings came two or more at a time, where the first was asked for when it was due. */
  let batches = 0;

  /** A reading took more than `least` and at most `most`. */
  const learn = (least: number, most: number): void => {
    const isMiss = least >= delayMs - TOLERANCE_MS;
    // Asked for late, for a reason of our own: that says nothing.
    if (!isMiss && most > 0 && most > delayMs + TOLERANCE_MS) return;
    run = isMiss === wasMiss ? run + 1 : 1;
    wasMiss = isMiss;
    const hasChanged = run > (isMiss ? LONG_RUN_OF_MISSES : LONG_RUN_OF_HITS);
    stepMs = clamp(stepMs * (hasChanged ? 2 : 0.9), MIN_STEP_MS, MAX_STEP_MS);
    // One that took much longer than others says little of them.
    const isFreak = !hasChanged && most - delayMs > MIN_GAP_MS + TOLERANCE_MS;
    const upMs = (stepMs * HIT_SHARE) / (isFreak ? 5 : 1);
    delayMs = isMiss ? Math.min(most, delayMs + upMs) : delayMs - (1 - HIT_SHARE) * stepMs;
  };

  const hear = (at: number, times: readonly number[]): void => {
    // Of a phone whose clock is ahead all are of the future.
    const [latest, another] = times.filter((time) => time > newest + SAME_MS && !known.includes(time));
    known = times;
    if (latest === undefined) return;
    if (another === undefined) batches = 0;
    else if (heardAt - newest - SLOT_MS >= delayMs - TOLERANCE_MS) batches++;
    // A phone whose clock is ahead must not make us wait for its next reading all the longer.
    newest = Math.min(latest, at);
    learn(heardAt - newest, at - newest);
  };

  return (at, times) => {
    hear(at, times);
    heardAt = at;
    if (newest === -Infinity) return [at + SLOT_MS, newest];
    const slot = Math.max(1, Math.floor((at - newest - delayMs + TOLERANCE_MS) / SLOT_MS));
    const expected = newest + slot * SLOT_MS + delayMs;
    const late = at - expected;
    const repoll = Math.max(MIN_GAP_MS, late * 2);
    // Of a phone that uploads two at a time the first is asked for once, in case that it has stopped doing so.
    const silent = batches > 1 ? slot - 1 : slot;
    // The longer the silence, the fewer.
    const isOver = silent < 1 || repoll > LAST_REPOLL_MS / silent ** 3;
    return [Math.max(expected + (late < -TOLERANCE_MS ? 0 : isOver ? SLOT_MS : repoll), at + MIN_GAP_MS), newest];
  };
}
