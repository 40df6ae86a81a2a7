import type { GlucosePoint } from "../glucose/glucose-point.ts";
import { parseOffset } from "../glucose/local-time.ts";
import type { AlarmState } from "./alarm-state.ts";
import { SAME_READING_MS } from "../glucose/cadence.ts";
import { addSample, GAP_MS, MINUTE_MS, type Sample } from "./reading-window.ts";

/** A reading dated further ahead than this has a wrong date. */
const AHEAD_MS = 2 * MINUTE_MS;

/** Outcome for a point: it is the newest reading, it came after a newer one, or it was known already. */
export type Arrival = "newest" | "late" | "known";

export interface Accepted {
  readonly arrival: Arrival;
  /** The reading, dated by its arrival if its own date is wrong. */
  readonly sample: Sample;
}

/** Takes a point into the state. */
export function acceptPoint(state: AlarmState, point: GlucosePoint, keepMs: number): Accepted {
  const time = point.datetime.getTime();
  const now = state.now!;
  forgetFuture(state, now + AHEAD_MS);
  const isAhead = point.isAhead === true || time > now + AHEAD_MS;
  const sample: Sample = [isAhead ? now : time, point.mgDl];
  const arrival = isAhead ? acceptAhead(state, time) : acceptDated(state, time);
  if (arrival === "newest") {
    const ageMs = Math.max(0, now - sample[0]);
    state.newestAt = state.elapsed - ageMs;
    state.isFresh = ageMs < GAP_MS;
    state.utcOffset = parseOffset(point.timezone) ?? null;
  }
  if (arrival !== "known") addSample(state.samples, sample, keepMs);
  return { arrival, sample };
}

/** Forgets readings that a clock dated which has been set back since: they would make all others late. */
function forgetFuture(state: AlarmState, end: number): void {
  const { samples, latest } = state;
  if (latest === null || latest <= end) return;
  state.ahead = latest;
  dropFrom(state, end);
  state.latest = samples.at(-1)?.[0] ?? null;
}

function acceptAhead(state: AlarmState, time: number): Arrival {
  if (state.ahead !== null && Math.abs(time - state.ahead) < SAME_READING_MS) return "known";
  state.ahead = time;
  // Several that arrive at once have one instant: the last of them counts.
  dropFrom(state, state.now!);
  return "newest";
}

function acceptDated(state: AlarmState, time: number): Arrival {
  const { latest, samples } = state;
  if (latest !== null && time < latest + SAME_READING_MS) {
    return [[latest], ...samples].some(([at]) => Math.abs(time - at!) < SAME_READING_MS) ? "known" : "late";
  }
  state.latest = time;
  state.ahead = null;
  // Only readings with a wrong date can be here: this one, whose date is right, takes their place.
  dropFrom(state, time);
  return "newest";
}

function dropFrom({ samples }: AlarmState, at: number): void {
  while (samples.length > 0 && samples.at(-1)![0] > at - SAME_READING_MS) samples.pop();
}
