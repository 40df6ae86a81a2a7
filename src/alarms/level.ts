import type { AlarmName } from "./alarm-rules.ts";
import type { ReadingWindow } from "./reading-window.ts";
import type { RuleSettings } from "./rule-settings.ts";
import { slopeAt } from "./slope.ts";

/** Says how a rule judges the sample at an index of the window. */
export type LevelAt = (window: ReadingWindow, index: number) => number;

/** The condition holds. */
export const HOLDS = 1;
/** The window can't tell. */
const UNKNOWN = 0;
/** The condition has ended, by less than the margin. */
const NEAR = -1;
/** The condition has ended clearly. */
export const CLEAR = -2;

/** The other rules raise at or below their threshold. */
const RISING: readonly AlarmName[] = ["urgentHigh", "high", "rising"];
/** A return by this many mg/dL is clear. Less may be noise of the sensor. */
const MARGIN = 5;
/** Readings that a prediction is made of. */
const PREDICTION_MINUTES = 15;

/** `side` is -1 for what raises at or below the threshold, 1 for at or above. */
function thresholdLevel(side: 1 | -1, threshold: number, mgDl: number): number {
  const beyond = side * (mgDl - threshold);
  if (beyond >= 0) return HOLDS;
  return beyond <= -MARGIN ? CLEAR : NEAR;
}

/** Makes the judge of a rule; `undefined` for the rules that readings don't raise. */
export function levelOf(name: AlarmName, settings: RuleSettings): LevelAt | undefined {
  const { threshold, perMinute, below, above, withinMinutes } = settings;
  if (!threshold && !perMinute) return undefined;
  const side = RISING.includes(name) ? 1 : -1;
  return (window, index) => {
    const sample = window[index];
    // A clock that is set back can leave no readings.
    if (!sample) return UNKNOWN;
    const [, mgDl] = sample;
    if (!perMinute && !withinMinutes) return thresholdLevel(side, threshold, mgDl);
    const slope = slopeAt(window, index, settings.overMinutes || PREDICTION_MINUTES);
    if (slope === undefined) return UNKNOWN;
    if (perMinute) return side * slope >= perMinute && mgDl <= below && mgDl >= above ? HOLDS : CLEAR;
    if (mgDl <= threshold) return UNKNOWN;
    return slope < 0 ? thresholdLevel(side, threshold, mgDl + withinMinutes * slope) : CLEAR;
  };
}
