export type {
  AlarmEvent,
  AlarmReading,
  MissedEvent,
  RecoveredEvent,
  RingEvent,
  StateLostEvent,
} from "./alarm-event.ts";
export {
  DEFAULT_RULES,
  type AlarmName,
  type AlarmPriority,
  type AlarmRules,
  type GlucoseRuleOptions,
  type PredictionRule,
  type RateRule,
  type ReminderOptions,
  type SilenceRule,
  type ThresholdRule,
} from "./alarm-rules.ts";
export type { ActiveAlarm, AlarmState, OpenMissedLow, Snooze } from "./alarm-state.ts";
export { createAlarms, type AlarmReport, type Alarms, type AlarmsOptions } from "./alarms.ts";
export type { Deliver } from "./delivery.ts";
export { formatAlarm } from "./format-alarm.ts";
export { replay, type ReplayedLow, type ReplayedRule, type ReplayReport } from "./replay.ts";
export {
  watchAlarms,
  type AlarmWatch,
  type AlarmWatchItem,
  type Watchable,
  type WatchAlarmsOptions,
} from "./watch-alarms.ts";
