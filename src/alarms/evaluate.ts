import { LOW_MG_DL } from "../glucose/glucose.ts";
import type { Arrival } from "./accept-point.ts";
import type { AlarmEvent, RecoveredEvent } from "./alarm-event.ts";
import type { AlarmState } from "./alarm-state.ts";
import { looksLikeCompression } from "./compression-low.ts";
import { HOLDS, type LevelAt } from "./level.ts";
import { commonFields, newestReading } from "./make-event.ts";
import { GAP_MS, MINUTE_MS } from "./reading-window.ts";
import type { Rule } from "./rule.ts";
import { hasReturned, heldSince } from "./run.ts";
import { ageOf, isAtRisk, isSilent } from "./silence.ts";
import { isReminderDue, isSilentTooLong, isSnoozed } from "./snooze.ts";

/** Reason for judging the rules: a reading, or time that passed. A check counts as a known reading. */
export type Occasion = Arrival | "time";

/** Judges every rule and returns what happened, most urgent first. */
export function evaluate(rules: readonly Rule[], state: AlarmState, occasion: Occasion): AlarmEvent[] {
  const events: AlarmEvent[] = [];
  let isWorse = occasion === "newest" && isFirstLow(state);
  for (const rule of rules) {
    const alarm = state.active[rule.name];
    if (alarm && hasEnded(rule, state, occasion)) {
      Reflect.deleteProperty(state.active, rule.name);
      Reflect.deleteProperty(state.snoozed, rule.name);
      if (alarm.rangAt !== null) events.push(recover(rule, state));
      continue;
    }
    if (!alarm && !hasBegun(rule, state, occasion)) continue;
    if (!alarm) state.active[rule.name] = { since: state.elapsed, rangAt: null, isAcknowledged: false };
    const event = ring(rule, state, isWorse && rule.isLow);
    // The most urgent low tells that the reading is LOW; the milder one need not repeat it.
    if (rule.isLow) isWorse = false;
    if (event) events.push(event);
  }
  return events;
}

function isFirstLow({ samples }: AlarmState): boolean {
  const [previous, newest] = samples.slice(-2);
  return newest !== undefined && newest[1] <= LOW_MG_DL && previous![1] > LOW_MG_DL;
}

function hasBegun(rule: Rule, state: AlarmState, occasion: Occasion): boolean {
  const { name, level, isLow, settings } = rule;
  const { samples, isFresh } = state;
  if (level === undefined) {
    // After an outage a batch of old readings arrives: its last one decides.
    const isEarly = name === "noData" && (occasion !== "time" || state.active.blind);
    return !isEarly && isSilent(rule, state);
  }
  if ((occasion !== "newest" && occasion !== "time") || !isFresh) return false;
  const age = ageOf(state);
  if ((age >= GAP_MS && !isLow) || level(samples, samples.length - 1) !== HOLDS) return false;
  const { forMinutes } = settings;
  return forMinutes === 0 || samples.at(-1)![0] - heldSince(level, samples) + age >= forMinutes * MINUTE_MS;
}

function hasEnded(rule: Rule, state: AlarmState, occasion: Occasion): boolean {
  if (rule.level === undefined) return !isSilent(rule, state);
  return occasion !== "time" && hasReturned(rule.level, state.samples);
}

function recover(rule: Rule, state: AlarmState): RecoveredEvent {
  const isCompression = rule.isLow && looksLikeCompression(state.samples, rule.settings.threshold, state.utcOffset);
  return {
    ...commonFields("recovered", rule, state),
    priority: "info",
    ...newestReading(state),
    ...(isCompression && { isCompression }),
  };
}

/** Tells if the readings keep an active alarm from ringing, although it has not ended. */
function isHeldBack(level: LevelAt, state: AlarmState, isLow: boolean): boolean {
  // Without readings it may be over: by now a high may be a low.
  if (ageOf(state) >= GAP_MS) return !isLow;
  // One reading is back. The next one ends the alarm, or makes it ring again.
  return level(state.samples, state.samples.length - 1) < 0;
}

/** Rings an active alarm if it is due and nothing keeps it silent. */
function ring(rule: Rule, state: AlarmState, isWorse: boolean): AlarmEvent | undefined {
  const { name, level, isLow, settings } = rule;
  const { elapsed } = state;
  const alarm = state.active[name]!;
  const isUrgent = (name === "noData" || name === "blind") && isAtRisk(state);
  if (!isWorse && !isSilentTooLong(name, alarm, elapsed)) {
    if (!isReminderDue(alarm, settings, elapsed) || isSnoozed(state, name, isUrgent)) return undefined;
    if (level !== undefined && isHeldBack(level, state, isLow)) return undefined;
    if (name === "noData" && state.active.blind) return undefined;
  }
  const type = alarm.rangAt === null ? "raised" : isWorse ? "worse" : "reminder";
  alarm.rangAt = elapsed;
  alarm.isAcknowledged = alarm.isAcknowledged && type === "reminder";
  return {
    ...commonFields(type, rule, state),
    ...(isUrgent && { priority: "urgent" }),
    ...newestReading(state),
    ...(name === "blind" && state.isRefused && { isRefused: true }),
  };
}
