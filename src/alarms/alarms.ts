import { assertArgument, checkNames, isObject } from "../validate.ts";
import type { GlucosePoint } from "../glucose/glucose-point.ts";
import { MIN_MG_DL, type GlucoseUnit } from "../glucose/glucose.ts";
import { acceptPoint } from "./accept-point.ts";
import type { AlarmEvent } from "./alarm-event.ts";
import type { AlarmName, AlarmRules } from "./alarm-rules.ts";
import { newState, readState, type AlarmState } from "./alarm-state.ts";
import { evaluate } from "./evaluate.ts";
import { noteLow, settleMissedLow } from "./missed-low.ts";
import { MINUTE_MS } from "./reading-window.ts";
import { makeRules, type Rule } from "./rule.ts";
import { isAtRisk } from "./silence.ts";
import { maxSnoozeMs } from "./snooze.ts";

/** Result of a check of the service. */
export interface AlarmReport {
  /**
   * - `refused`: the service refused the login.
   * - `failed`: the check failed for another reason.
   * - `checked`: the check succeeded, with or without a new reading.
   */
  readonly type: "refused" | "failed" | "checked";
}

/** Options of `createAlarms()`. */
export interface AlarmsOptions {
  /** Unit of the thresholds in the rules. */
  readonly unit: GlucoseUnit;
  /**
   * `state` of an earlier object, or its JSON text. An alarm that rang before does not ring again. If the state can't
   * be read, the alarms start without it, and the first call returns a `state-lost` event.
   */
  readonly state?: unknown;
}

/** Readings are kept at least so long: a low and the calm before it. */
const KEEP_MINUTES = 180;

/**
 * Alarms on one wearer's readings. They have no timer and do no I/O: call `tick` about every 30 seconds, and `update`
 * for each reading. Each call returns the events that it caused, most urgent first.
 */
export class Alarms {
  readonly #rules: readonly Rule[];
  /** The rule that rings first in a low. */
  readonly #lowRule: Rule | undefined;
  readonly #keepMs: number;
  readonly #state: AlarmState;
  #isStateLost: boolean;

  /** @internal Use `createAlarms()`. */
  constructor(rules: AlarmRules, { unit, state }: AlarmsOptions) {
    this.#rules = makeRules(rules, unit);
    this.#lowRule = this.#rules.findLast(({ isLow }) => isLow);
    this.#keepMs =
      Math.max(KEEP_MINUTES, ...this.#rules.map(({ settings }) => 2 * (settings.forMinutes || 0))) * MINUTE_MS;
    const saved = readState(state ?? newState());
    this.#isStateLost = !saved;
    this.#state = saved ?? newState();
    for (const name of Object.keys(this.#state.active)) {
      if (!this.#isOn(name)) Reflect.deleteProperty(this.#state.active, name);
    }
  }

  /**
   * Judges a reading that has arrived. A reading that is known already counts as a successful check, no more.
   *
   * @param now Milliseconds since the Unix epoch, by the service's clock if it is known. If it goes back, no time
   * has passed.
   * @throws {ArgumentError} If the point has no valid date, or a figure that is no glucose in mg/dL.
   */
  update(point: GlucosePoint, now: number): AlarmEvent[] {
    const time = isObject(point) && (point.datetime as unknown) instanceof Date ? point.datetime.getTime() : NaN;
    assertArgument(Number.isFinite(time), "point.datetime must be a valid Date");
    assertArgument(
      Number.isFinite(point.mgDl) && point.mgDl >= MIN_MG_DL,
      `point.mgDl must be a figure in mg/dL, ${MIN_MG_DL} or more`,
    );
    const events = this.#begin(now);
    this.#noteCheck("checked");
    const accepted = acceptPoint(this.#state, point, this.#keepMs);
    events.push(...evaluate(this.#rules, this.#state, accepted.arrival));
    if (this.#lowRule && accepted.arrival !== "known") events.push(...noteLow(this.#state, this.#lowRule, accepted));
    return events;
  }

  /** Lets time pass without a reading: reminders, missing data, conditions that must last. */
  tick(now: number): AlarmEvent[] {
    const events = this.#begin(now);
    if (this.#lowRule) events.push(...settleMissedLow(this.#state, this.#lowRule));
    return [...events, ...evaluate(this.#rules, this.#state, "time")];
  }

  /**
   * Notes what a check of the service found. Without reports, only `noData` can tell that nothing comes.
   *
   * @param now Defaults to the time of the last call.
   */
  report({ type }: AlarmReport, now: number = this.#state.now ?? NaN): AlarmEvent[] {
    assertArgument(["refused", "failed", "checked"].includes(type), 'type must be "refused", "failed" or "checked"');
    const events = this.#begin(now);
    this.#noteCheck(type);
    this.#state.reportsChecks ||= type === "checked";
    // The readings of a successful check are still to come: they may end the silence.
    return [...events, ...evaluate(this.#rules, this.#state, type === "checked" ? "known" : "time")];
  }

  /**
   * Silences one rule for a while, from the time of the last call on. `worse` comes nevertheless, and an urgent low
   * rings after 30 minutes of silence however often it is snoozed. The snooze ends early when the alarm recovers.
   *
   * @param ms At most 30 minutes for `urgentLow`, an hour for `low`, three hours for the others; 0 ends a snooze.
   * @throws {ArgumentError} If the rule is off, or `ms` is out of range.
   */
  snooze(name: AlarmName, ms: number): void {
    this.#check(name);
    const max = maxSnoozeMs(name);
    assertArgument(ms >= 0 && ms <= max, `ms must be a number of milliseconds from 0 to ${max} for ${name}`);
    const { elapsed, active } = this.#state;
    this.#state.snoozed[name] = { until: elapsed + ms, isUrgent: !!active[name] && isAtRisk(this.#state) };
  }

  /**
   * Silences an active alarm until its next reminder. Reminders of an urgent low then come every 30 minutes.
   *
   * @throws {ArgumentError} If the rule is off.
   */
  acknowledge(name: AlarmName): void {
    this.#check(name);
    const alarm = this.#state.active[name];
    if (alarm) alarm.isAcknowledged = true;
  }

  /** Copy of the state as plain JSON, to be saved after each call. */
  get state(): AlarmState {
    return structuredClone(this.#state);
  }

  #begin(now: number): AlarmEvent[] {
    assertArgument(Number.isFinite(now), "now must be a number of milliseconds");
    const state = this.#state;
    state.elapsed += Math.max(0, now - (state.now ?? now));
    state.now = now;
    if (!this.#isStateLost) return [];
    this.#isStateLost = false;
    return [{ type: "state-lost", priority: "warning", at: new Date(now) }];
  }

  #noteCheck(type: AlarmReport["type"]): void {
    const state = this.#state;
    const isGood = type === "checked";
    if (isGood) state.checkedAt = state.elapsed;
    state.isFailing = !isGood;
    // An outage after a refusal does not take the refusal back.
    state.isRefused = type === "refused" || (state.isRefused && !isGood);
  }

  #isOn(name: string): boolean {
    return this.#rules.some((rule) => rule.name === name);
  }

  #check(name: AlarmName): void {
    assertArgument(this.#isOn(name), `${name} must be the name of a rule that is on`);
  }
}

/**
 * Makes alarms of rules. They are no medical device: keep the alarms of the official app on.
 *
 * @throws {ArgumentError} Naming the rule and the setting, for example if a threshold is not from 40 to 400 mg/dL.
 * @example
 * ```ts
 * import { createAlarms } from "dexcom-share-ts/alarms";
 * const alarms = createAlarms({ urgentLow: true, low: { threshold: 75 }, noData: true }, { unit: "mg/dL" });
 * for (const event of alarms.update({ mgDl: 68, datetime: new Date() }, Date.now())) {
 *   console.log(JSON.stringify(event));
 * }
 * ```
 */
export function createAlarms(rules: AlarmRules, options: AlarmsOptions): Alarms {
  assertArgument(isObject(options), 'options must be an object with unit "mg/dL" or "mmol/L"');
  checkNames("options", options, ["unit", "state"]);
  return new Alarms(rules, options);
}
