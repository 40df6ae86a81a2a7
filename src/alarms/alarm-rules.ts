/** Importance of an event. Map it to the priority of your messages. */
export type AlarmPriority = "info" | "warning" | "urgent";

/** Settings that every rule has. */
export interface ReminderOptions {
  /**
   * Minutes between two reminders while the alarm lasts, 1 to 1440; `null` for no reminder. `urgentLow` takes 1 to 30.
   * @default 5 for `urgentLow` (30 once acknowledged), 30 for `low`, `noData` and `blind`, 60 for `high` and
   * `urgentHigh`, else `null`
   */
  readonly remindMinutes?: number | null | undefined;
  /** @default "urgent" for `urgentLow`, `urgentHigh` and `soon`, "info" for `clock`, else "warning" */
  readonly priority?: AlarmPriority | undefined;
}

/** Settings of the rules that judge readings. */
export interface GlucoseRuleOptions extends ReminderOptions {
  /** Minutes that the condition must last, 0 to 360. `urgentLow` takes at most 30. @default 0 */
  readonly forMinutes?: number | undefined;
}

/** Rule that compares each reading with a threshold. */
export interface ThresholdRule extends GlucoseRuleOptions {
  /**
   * Threshold in the unit of the rules, 40 to 400 mg/dL. Low rules raise at or below it, high rules at or above.
   * @default 55 mg/dL for `urgentLow`, 70 for `low`, 250 for `high`, 300 for `urgentHigh`
   */
  readonly threshold?: number | undefined;
}

/** Rule that compares the slope of the latest readings with a rate. */
export interface RateRule extends GlucoseRuleOptions {
  /** Change per minute in the unit of the rules, 0.2 to 10 mg/dL, without a sign. @default 2 mg/dL */
  readonly perMinute?: number | undefined;
  /** Minutes over which the slope is taken, 10 to 60. At least three readings are needed. @default 10 */
  readonly overMinutes?: number | undefined;
  /** Raises only if the newest reading is at or below this. @default no limit */
  readonly below?: number | undefined;
  /** Raises only if the newest reading is at or above this. @default no limit */
  readonly above?: number | undefined;
}

/** Rule that extends the slope of the last 15 minutes to a threshold. */
export interface PredictionRule extends GlucoseRuleOptions {
  /** Threshold in the unit of the rules, 40 to 400 mg/dL. @default the threshold of `urgentLow`, or 55 mg/dL */
  readonly threshold?: number | undefined;
  /** Minutes to look ahead, 5 to 60. @default 20 */
  readonly withinMinutes?: number | undefined;
}

/** Rule that raises when readings or successful checks stop. */
export interface SilenceRule extends ReminderOptions {
  /** Minutes without one, 5 to 180. After a low, 10 minutes are enough. @default 20 for `noData`, 15 for `blind` */
  readonly afterMinutes?: number | undefined;
}

/**
 * Rules by name. A rule that is left out or `false` is off. `true` takes the defaults.
 *
 * @example
 * ```ts
 * import type { AlarmRules } from "dexcom-share-ts/alarms";
 * const rules: AlarmRules = {
 *   urgentLow: true,
 *   low: { threshold: 75 },
 *   high: { threshold: 220, forMinutes: 30 },
 *   falling: { perMinute: 2, below: 110 },
 *   noData: true,
 *   blind: true,
 * };
 * ```
 */
export interface AlarmRules {
  /** At or below 55 mg/dL. Reminds every 5 minutes until it is acknowledged, then every 30. */
  readonly urgentLow?: ThresholdRule | boolean | undefined;
  /** At or below 70 mg/dL. */
  readonly low?: ThresholdRule | boolean | undefined;
  /** At or above 300 mg/dL. */
  readonly urgentHigh?: ThresholdRule | boolean | undefined;
  /** At or above 250 mg/dL. */
  readonly high?: ThresholdRule | boolean | undefined;
  /** Urgent low predicted within 20 minutes. */
  readonly soon?: PredictionRule | boolean | undefined;
  /** Falling by 2 mg/dL per minute or more. */
  readonly falling?: RateRule | boolean | undefined;
  /** Rising by 2 mg/dL per minute or more. */
  readonly rising?: RateRule | boolean | undefined;
  /** Login refused, or no successful check for 15 minutes. */
  readonly blind?: SilenceRule | boolean | undefined;
  /** Newest reading older than 20 minutes, although checks succeed. */
  readonly noData?: SilenceRule | boolean | undefined;
  /** A reading is dated more than two minutes in the future: a clock is wrong. */
  readonly clock?: ReminderOptions | boolean | undefined;
}

/** Name of a rule. */
export type AlarmName = keyof AlarmRules;

/** Rules that the official app has on by default, and also `noData` and `blind`, which tell when readings stop. */
export const DEFAULT_RULES: AlarmRules = {
  urgentLow: true,
  low: true,
  high: true,
  soon: true,
  blind: true,
  noData: true,
  clock: true,
};
