import type { AlarmState, OpenMissedLow } from "./alarm-state.ts";
import { SAME_READING_MS } from "../glucose/cadence.ts";
import { GAP_MS, type Sample } from "./reading-window.ts";

const NEAR_MS = GAP_MS + SAME_READING_MS;
/** A batch of back-filled readings is complete when this long nothing came. */
const SETTLED_MS = 300_000;

/** Tells if a low reading belongs to the low from `from` to `to`: near it, with no higher reading between. */
function belongsTo(
  { samples }: AlarmState,
  at: number,
  { from, to, threshold }: { readonly from: number; readonly to: number; readonly threshold: number },
): boolean {
  if (at < from - NEAR_MS || at > to + NEAR_MS) return false;
  return !samples.some(([time, mgDl]) => mgDl > threshold && time > Math.min(to, at) && time < Math.max(from, at));
}

/**
 * Notes a reading, and returns the missed low that it ends, if any.
 *
 * @param options.threshold Figure at or below which a reading is low.
 * @param options.isTold The reading raises alarms itself, or belongs to a low that is active.
 */
export function noteMissedLow(
  state: AlarmState,
  [at, mgDl]: Sample,
  { threshold, isTold }: { readonly threshold: number; readonly isTold: boolean },
): OpenMissedLow | undefined {
  const { missed, told, elapsed } = state;
  const isNearMissed = missed !== null && belongsTo(state, at, { ...missed, threshold });
  if (mgDl > threshold) return closeMissedLow(state);
  if (isTold) {
    // The alarm tells of this low from here on.
    if (isNearMissed) state.missed = null;
    return isNearMissed ? undefined : closeMissedLow(state);
  }
  if (told !== null && belongsTo(state, at, { from: told[0], to: told[1], threshold })) return undefined;
  if (!isNearMissed) {
    const closed = closeMissedLow(state);
    state.missed = { from: at, to: at, lowest: mgDl, seenAt: elapsed };
    return closed;
  }
  missed.from = Math.min(missed.from, at);
  missed.to = Math.max(missed.to, at);
  missed.lowest = Math.min(missed.lowest, mgDl);
  missed.seenAt = elapsed;
  return undefined;
}

/** Notes that an active alarm tells of the low at this instant. */
export function noteToldLow(state: AlarmState, at: number): void {
  const { told } = state;
  const isNear = told !== null && at >= told[0] - NEAR_MS && at <= told[1] + NEAR_MS;
  state.told = isNear ? [Math.min(told[0], at), Math.max(told[1], at)] : [at, at];
}

/** Returns the missed low if no reading came for a while. */
export function settleMissedLow(state: AlarmState): OpenMissedLow | undefined {
  return state.missed && state.elapsed - state.missed.seenAt >= SETTLED_MS ? closeMissedLow(state) : undefined;
}

function closeMissedLow(state: AlarmState): OpenMissedLow | undefined {
  const { missed } = state;
  if (missed === null) return undefined;
  state.missed = null;
  state.told = [missed.from, missed.to];
  return missed;
}
