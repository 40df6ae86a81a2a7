import { isObject } from "../validate.ts";
import type { AlarmName } from "./alarm-rules.ts";
import type { ReadingWindow } from "./reading-window.ts";

/** An alarm that is active. Times are in milliseconds of `AlarmState.elapsed`. */
export interface ActiveAlarm {
  readonly since: number;
  /** When it last rang; `null` while a snooze has kept it silent from the start. */
  rangAt: number | null;
  isAcknowledged: boolean;
}

/** A snooze of one rule. Times are in milliseconds of `AlarmState.elapsed`. */
export interface Snooze {
  readonly until: number;
  /** `true` if missing data was already an urgent alarm when it was snoozed. Then the snooze silences that too. */
  readonly isUrgent: boolean;
}

/**
 * Low in readings that arrived late, which the next late reading may extend. Instants in milliseconds, glucose in
 * mg/dL.
 */
export interface OpenMissedLow {
  from: number;
  to: number;
  lowest: number;
  /** When its last reading arrived, in `AlarmState.elapsed`. */
  seenAt: number;
}

/** State of the alarms as plain JSON. Keep it as a whole: its fields may change with `version`. */
export interface AlarmState {
  readonly version: 1;
  /** The last time that was given, in milliseconds since the Unix epoch; `null` before the first. */
  now: number | null;
  /** Milliseconds that have passed since the alarms were created. It never goes back. */
  elapsed: number;
  samples: ReadingWindow;
  /** Date of the newest reading with a right date. */
  latest: number | null;
  /** Date of the last reading that was dated in the future, if it is the newest. */
  ahead: number | null;
  /** UTC offset of the newest reading, in minutes. */
  utcOffset: number | null;
  /** When the newest reading had the age 0, in `elapsed`. */
  newestAt: number;
  /** The newest reading was under 15 minutes old when it arrived. */
  isFresh: boolean;
  /** When the last successful check was, in `elapsed`. */
  checkedAt: number;
  isFailing: boolean;
  isRefused: boolean;
  /** The caller reports successful checks too, so that their absence means something. */
  reportsChecks: boolean;
  active: Partial<Record<AlarmName, ActiveAlarm>>;
  snoozed: Partial<Record<AlarmName, Snooze>>;
  missed: OpenMissedLow | null;
  /** First and last reading of the last low that was told. */
  told: [from: number, to: number] | null;
}

export function newState(): AlarmState {
  return {
    version: 1,
    now: null,
    elapsed: 0,
    samples: [],
    latest: null,
    ahead: null,
    utcOffset: null,
    newestAt: 0,
    isFresh: false,
    checkedAt: 0,
    isFailing: false,
    isRefused: false,
    reportsChecks: false,
    active: {},
    snoozed: {},
    missed: null,
    told: null,
  };
}

/** Examples of the parts of a state that `newState()` leaves empty. */
const SAMPLE = [0, 0];
const ALARM = { since: 0, rangAt: null, isAcknowledged: false };
const SNOOZE = { until: 0, isUrgent: false };
const MISSED = { from: 0, to: 0, lowest: 0, seenAt: 0 };

/** Tells if a value is built like an example. `null` in the example stands for a number or `null`. */
function isLike(value: unknown, example: unknown): boolean {
  if (typeof example === "boolean") return typeof value === "boolean";
  if (!isObject(example)) return Number.isFinite(value) || (value === null && example === null);
  if (!isObject(value) || Array.isArray(value) !== Array.isArray(example)) return false;
  return Object.entries(example).every(([key, part]) => isLike((value as Record<string, unknown>)[key], part));
}

function areLike(values: object, example: unknown): boolean {
  return Object.values(values).every((value) => isLike(value, example));
}

function isState(value: unknown): value is AlarmState {
  const state = value as AlarmState;
  const { missed, told } = state;
  return (
    isLike({ ...state, missed: null, told: null }, newState()) &&
    (state.version as unknown) === 1 &&
    areLike(state.samples, SAMPLE) &&
    areLike(state.active, ALARM) &&
    areLike(state.snoozed, SNOOZE) &&
    (missed === null || isLike(missed, MISSED)) &&
    (told === null || isLike(told, SAMPLE))
  );
}

/** Reads a saved state, given as an object or as its JSON text. `undefined` if it can't be one. */
export function readState(saved: unknown): AlarmState | undefined {
  try {
    const state: unknown = typeof saved === "string" ? JSON.parse(saved) : structuredClone(saved);
    return isState(state) ? state : undefined;
  } catch {
    return undefined;
  }
}
