import type { AlarmState } from "./alarm-state.ts";
import { MINUTE_MS } from "./reading-window.ts";

/** Silence after a reading below this, or during a predicted low or a fall, may hide a low. */
const RISK_MG_DL = 70;
const RISK_MINUTES = 10;

/** Age of the newest reading, or the time since the start if no reading ever came. */
export function ageOf({ elapsed, newestAt }: AlarmState): number {
  return elapsed - newestAt;
}

/** Tells if silence may hide a low. */
export function isAtRisk({ samples, active }: AlarmState): boolean {
  const mgDl = samples.at(-1)?.[1] ?? Infinity;
  return mgDl < RISK_MG_DL || !!active.soon || !!active.falling;
}

function limitMs(state: AlarmState, afterMinutes: number): number {
  return (isAtRisk(state) ? Math.min(afterMinutes, RISK_MINUTES) : afterMinutes) * MINUTE_MS;
}

/** Tells if the newest reading is too old. */
export function hasNoData(state: AlarmState, afterMinutes: number): boolean {
  return ageOf(state) >= limitMs(state, afterMinutes);
}

/** Tells if nothing can be seen: the login is refused, or no check has succeeded for too long. */
export function isBlind(state: AlarmState, afterMinutes: number): boolean {
  if (state.isRefused) return true;
  return (state.isFailing || state.reportsChecks) && state.elapsed - state.checkedAt >= limitMs(state, afterMinutes);
}
