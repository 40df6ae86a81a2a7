import type { AlarmName } from "./alarm-rules.ts";
import type { ActiveAlarm, AlarmState } from "./alarm-state.ts";
import { MINUTE_MS } from "./reading-window.ts";
import { MAX_URGENT_MINUTES, type RuleSettings } from "./rule-settings.ts";

const MAX_SNOOZE_MINUTES: Readonly<Partial<Record<AlarmName, number>>> = { urgentLow: MAX_URGENT_MINUTES, low: 60 };
const MAX_MINUTES = 180;

/** Longest snooze of a rule, in milliseconds. */
export function maxSnoozeMs(name: AlarmName): number {
  return (MAX_SNOOZE_MINUTES[name] ?? MAX_MINUTES) * MINUTE_MS;
}

/** Tells if a rule is snoozed. A silence that has become urgent ignores the snoozes set before. */
export function isSnoozed({ snoozed, elapsed }: AlarmState, name: AlarmName, isUrgentSilence: boolean): boolean {
  const snooze = snoozed[name];
  // A state that was edited by hand snoozes no longer than the limit.
  const left = snooze ? snooze.until - elapsed : 0;
  return left > 0 && left <= maxSnoozeMs(name) && (!isUrgentSilence || snooze!.isUrgent);
}

/** Tells if the interval since the alarm last rang has passed. An alarm that has not rung yet is due. */
export function isReminderDue(
  { rangAt, isAcknowledged }: ActiveAlarm,
  settings: RuleSettings,
  elapsed: number,
): boolean {
  if (rangAt === null) return true;
  const { remindMinutes } = settings;
  const minutes = isAcknowledged ? Math.max(remindMinutes, MAX_URGENT_MINUTES) : remindMinutes;
  return elapsed - rangAt >= minutes * MINUTE_MS;
}

/** An urgent low rings after 30 minutes of silence, however often it is snoozed. */
export function isSilentTooLong(name: AlarmName, { rangAt, since }: ActiveAlarm, elapsed: number): boolean {
  return name === "urgentLow" && elapsed - (rangAt ?? since) >= MAX_URGENT_MINUTES * MINUTE_MS;
}
