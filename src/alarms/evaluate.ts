import { LOW_MG_DL } from "../glucose/glucose.ts";
import type { AlarmEvent } from "./alarm-event.ts";
import type { AlarmName } from "./alarm-rules.ts";
import type { AlarmState } from "./alarm-state.ts";
import { HOLDS, type LevelAt } from "./level.ts";
import { recoveredEvent, ringEvent } from "./make-event.ts";
import { GAP_MS, MINUTE_MS } from "./reading-window.ts";
import type { Rule } from "./rule.ts";
import { hasReturned, heldSince } from "./run.ts";
import { ageOf, hasNoData, isAtRisk, isBlind } from "./silence.ts";
import { isReminderDue, isSilentTooLong, isSnoozed } from "./snooze.ts";

/** Reason for judging the rules: a newest reading, a late or known one or a check, or time that passed. */
export type Occasion = "newest" | "late" | "time";

/** Judges every rule and returns what happened, most urgent first. */
export function evaluate(rules: readonly Rule[], state: AlarmState, occasion: Occasion): AlarmEvent[] {
  const events: AlarmEvent[] = [];
  let isWorse = occasion === "newest" && isFirstLow(state);
  for (const rule of rules) {
    const alarm = state.active[rule.name];
    if (alarm && hasEnded(rule, state, occasion)) {
      state.active = without(state.active, rule.name);
      state.snoozed = without(state.snoozed, rule.name);
      if (alarm.rangAt !== null) events.push(recoveredEvent(state, rule));
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

function without<T extends object>(record: T, name: AlarmName): T {
  return Object.fromEntries(Object.entries(record).filter(([key]) => key !== name)) as T;
}

function isFirstLow({ samples }: AlarmState): boolean {
  const previous = samples.at(-2);
  return samples.at(-1)![1] <= LOW_MG_DL && previous !== undefined && previous[1] > LOW_MG_DL;
}

function hasBegun({ name, level, isLow, settings }: Rule, state: AlarmState, occasion: Occasion): boolean {
  const { samples, isFresh } = state;
  if (level === undefined) {
    if (name === "clock") return state.ahead !== null;
    if (name === "blind") return isBlind(state, settings.afterMinutes);
    // After an outage a batch of old readings arrives: its last one decides.
    return occasion === "time" && !state.active.blind && hasNoData(state, settings.afterMinutes);
  }
  if (occasion === "late" || samples.length === 0 || !isFresh) return false;
  const age = ageOf(state);
  if ((age >= GAP_MS && !isLow) || level(samples, samples.length - 1) !== HOLDS) return false;
  const { forMinutes } = settings;
  return forMinutes === 0 || samples.at(-1)![0] - heldSince(level, samples) + age >= forMinutes * MINUTE_MS;
}

function hasEnded({ name, level, settings }: Rule, state: AlarmState, occasion: Occasion): boolean {
  if (level !== undefined) return occasion !== "time" && hasReturned(level, state.samples);
  if (name === "clock") return state.ahead === null;
  return name === "blind" ? !isBlind(state, settings.afterMinutes) : !hasNoData(state, settings.afterMinutes);
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
  return ringEvent(state, rule, { type, isUrgent });
}
