import type { AlarmState } from "./alarm-state.ts";
import { MINUTE_MS } from "./reading-window.ts";
import type { Rule } from "./rule.ts";

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

/** Tells if the condition of a rule holds that judges no readings. */
export function isSilent({ name, settings }: Pick<Rule, "name" | "settings">, state: AlarmState): boolean {
  if (name === "clock") return state.ahead !== null;
  const { afterMinutes } = settings;
  const limitMs = (isAtRisk(state) ? Math.min(afterMinutes, RISK_MINUTES) : afterMinutes) * MINUTE_MS;
  if (name === "noData") return ageOf(state) >= limitMs;
  // Nothing can be seen if the login is refused, or no check has succeeded for too long.
  const isWaiting = state.isFailing || state.reportsChecks;
  return state.isRefused || (isWaiting && state.elapsed - state.checkedAt >= limitMs);
}
