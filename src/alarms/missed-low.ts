import type { Accepted } from "./accept-point.ts";
import type { MissedEvent } from "./alarm-event.ts";
import type { AlarmState } from "./alarm-state.ts";
import { commonFields } from "./make-event.ts";
import { MAX_STEP_MS, type Sample } from "./reading-window.ts";
import type { Rule } from "./rule.ts";

/** A batch of back-filled readings is complete when this long nothing came. */
const SETTLED_MS = 300_000;

type Span = [from: number, to: number];

function isNear(at: number, [from, to]: Span): boolean {
  return at >= from - MAX_STEP_MS && at <= to + MAX_STEP_MS;
}

function extend([from, to]: Span, at: number): Span {
  return [Math.min(from, at), Math.max(to, at)];
}

/**
 * Notes a reading that is not known, and returns the missed low that it ends, if any.
 *
 * @param rule The one that rings first in a low.
 */
export function noteLow(state: AlarmState, rule: Rule, { arrival, sample }: Accepted): MissedEvent[] {
  const isActive = !!state.active[rule.name];
  const isTold = isActive || (arrival === "newest" && state.isFresh);
  const events = noteMissedLow(state, rule, { sample, isTold });
  const [at] = sample;
  const { told } = state;
  if (isActive) state.told = told && isNear(at, told) ? extend(told, at) : [at, at];
  return events;
}

/** @param options.isTold The reading raises alarms itself, or belongs to a low that is active. */
function noteMissedLow(
  state: AlarmState,
  rule: Rule,
  { sample: [at, mgDl], isTold }: { readonly sample: Sample; readonly isTold: boolean },
): MissedEvent[] {
  const { missed, told, samples, elapsed } = state;
  const { threshold } = rule.settings;
  if (mgDl > threshold) return closeMissedLow(state, rule);
  // The reading belongs to a low near it, if no higher reading is between.
  const belongsTo = (low: Span): boolean =>
    isNear(at, low) &&
    !samples.some(([time, figure]) => figure > threshold && time > Math.min(low[1], at) && time < Math.max(low[0], at));
  if (!isTold && told && belongsTo(told)) return [];
  const span: Span | null = missed && [missed.from, missed.to];
  if (!span || !belongsTo(span)) {
    const events = closeMissedLow(state, rule);
    if (!isTold) state.missed = { from: at, to: at, lowest: mgDl, seenAt: elapsed };
    return events;
  }
  const [from, to] = extend(span, at);
  // From here on the alarm tells of this low.
  state.missed = isTold ? null : { from, to, lowest: Math.min(missed!.lowest, mgDl), seenAt: elapsed };
  return [];
}

/** Returns the missed low if no reading came for a while. */
export function settleMissedLow(state: AlarmState, rule: Rule): MissedEvent[] {
  return state.missed && state.elapsed - state.missed.seenAt >= SETTLED_MS ? closeMissedLow(state, rule) : [];
}

function closeMissedLow(state: AlarmState, rule: Rule): MissedEvent[] {
  const { missed } = state;
  if (!missed) return [];
  const { from, to, lowest } = missed;
  state.missed = null;
  state.told = [from, to];
  return [{ ...commonFields("missed", rule, state), from: new Date(from), to: new Date(to), lowest }];
}
