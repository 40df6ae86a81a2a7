import type { AlarmEvent, AlarmReading } from "./alarm-event.ts";
import type { AlarmName, AlarmPriority } from "./alarm-rules.ts";
import type { AlarmState } from "./alarm-state.ts";
import type { Rule } from "./rule.ts";
import { ageOf } from "./silence.ts";

interface Common<T> {
  readonly type: T;
  readonly rule: AlarmName;
  readonly priority: AlarmPriority;
  readonly at: Date;
  readonly active: readonly AlarmName[];
}

/** Fields that every event of a rule has. */
export function commonFields<T extends AlarmEvent["type"]>(
  type: T,
  { name, settings }: Rule,
  state: AlarmState,
): Common<T> {
  const active = (Object.keys(state.active) as AlarmName[]).filter((other) => state.active[other]!.rangAt !== null);
  return { type, rule: name, priority: settings.priority, at: new Date(state.now!), active };
}

/** Newest reading and its age; nothing if no reading ever came. */
export function newestReading(state: AlarmState): { readonly reading?: AlarmReading; readonly ageMs?: number } {
  const newest = state.samples.at(-1);
  return newest ? { reading: { mgDl: newest[1], datetime: new Date(newest[0]) }, ageMs: ageOf(state) } : {};
}
