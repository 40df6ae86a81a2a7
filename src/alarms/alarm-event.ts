import type { AlarmName, AlarmPriority } from "./alarm-rules.ts";

/** Reading that an event is about. */
export interface AlarmReading {
  readonly mgDl: number;
  /** Instant of the measurement. If the reading was dated in the future, the instant at which it arrived. */
  readonly datetime: Date;
}

interface RuleEvent {
  readonly rule: AlarmName;
  readonly priority: AlarmPriority;
  /** When the event happened, by the clock of the caller. */
  readonly at: Date;
  /** Newest reading; absent if no reading ever came. */
  readonly reading?: AlarmReading;
  /** Age of that reading in milliseconds. Show it: an old figure is not the present one. */
  readonly ageMs?: number;
  /** Names of all alarms that are active after the event. */
  readonly active: readonly AlarmName[];
}

/** An alarm begins, goes on, or gets worse. */
export interface RingEvent extends RuleEvent {
  /**
   * - `raised`: the condition begins.
   * - `reminder`: it lasts, and the reminder interval has passed.
   * - `worse`: during a low, the first LOW after a figure. It comes in spite of a snooze.
   */
  readonly type: "raised" | "reminder" | "worse";
  /** `true` on `blind` if the service refused the login. */
  readonly isRefused?: true;
}

/** An alarm ends. Every raise is followed by one recovery before the next raise of that rule. */
export interface RecoveredEvent extends RuleEvent {
  readonly type: "recovered";
  /** `true` on a low that looks like pressure on the sensor: a steep fall out of a calm night, and back as fast. */
  readonly isCompression?: true;
}

/** A low that raised no alarm, because its readings arrived too late. */
export interface MissedEvent extends Omit<RuleEvent, "reading" | "ageMs"> {
  readonly type: "missed";
  readonly from: Date;
  readonly to: Date;
  /** Lowest figure in mg/dL. */
  readonly lowest: number;
}

/** The saved state could not be read, so the alarms started without it: an alarm may be repeated. */
export interface StateLostEvent {
  readonly type: "state-lost";
  readonly priority: AlarmPriority;
  readonly at: Date;
}

/** Kind of event and its details, as plain JSON. */
export type AlarmEvent = RingEvent | RecoveredEvent | MissedEvent | StateLostEvent;
