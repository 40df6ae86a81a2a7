import type { AlarmReading, MissedEvent, RecoveredEvent, RingEvent } from "./alarm-event.ts";
import type { AlarmName, AlarmPriority } from "./alarm-rules.ts";
import type { AlarmState, OpenMissedLow } from "./alarm-state.ts";
import { looksLikeCompression } from "./compression-low.ts";
import type { Rule } from "./rule.ts";
import { ageOf } from "./silence.ts";

function newestReading(state: AlarmState): { readonly reading?: AlarmReading; readonly ageMs?: number } {
  const newest = state.samples.at(-1);
  return newest ? { reading: { mgDl: newest[1], datetime: new Date(newest[0]) }, ageMs: ageOf(state) } : {};
}

function commonOf(state: AlarmState, rule: AlarmName, priority: AlarmPriority) {
  const active = (Object.keys(state.active) as AlarmName[]).filter((name) => state.active[name]!.rangAt !== null);
  return { rule, priority, at: new Date(state.now!), active };
}

export function ringEvent(
  state: AlarmState,
  { name, settings }: Rule,
  { type, isUrgent }: { readonly type: RingEvent["type"]; readonly isUrgent: boolean },
): RingEvent {
  return {
    type,
    ...commonOf(state, name, isUrgent ? "urgent" : settings.priority),
    ...newestReading(state),
    ...(name === "blind" && state.isRefused && { isRefused: true }),
  };
}

export function recoveredEvent(state: AlarmState, { name, settings, isLow }: Rule): RecoveredEvent {
  const isCompression = isLow && looksLikeCompression(state.samples, settings.threshold, state.utcOffset);
  return {
    type: "recovered",
    ...commonOf(state, name, "info"),
    ...newestReading(state),
    ...(isCompression && { isCompression }),
  };
}

export function missedEvent(
  state: AlarmState,
  { name, settings }: Rule,
  { from, to, lowest }: OpenMissedLow,
): MissedEvent {
  return {
    type: "missed",
    ...commonOf(state, name, settings.priority),
    from: new Date(from),
    to: new Date(to),
    lowest,
  };
}
