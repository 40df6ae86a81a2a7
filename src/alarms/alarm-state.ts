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

type Check = (value: unknown) => boolean;

const isFigure: Check = Number.isFinite;
const isBoolean: Check = (value) => typeof value === "boolean";
const isPair: Check = (value) => Array.isArray(value) && value.length === 2 && value.every(isFigure);

function orNull(check: Check): Check {
  return (value) => value === null || check(value);
}

function hasShape(checks: Readonly<Record<string, Check>>): Check {
  return (value) =>
    isObject(value) && Object.entries(checks).every(([key, check]) => check((value as Record<string, unknown>)[key]));
}

function isRecord(check: Check): Check {
  return (value) => isObject(value) && Object.values(value).every(check);
}

function isState(value: unknown): value is AlarmState {
  const [figureOrNull, alarm] = [
    orNull(isFigure),
    { since: isFigure, rangAt: orNull(isFigure), isAcknowledged: isBoolean },
  ];
  return hasShape({
    version: (version) => version === 1,
    now: figureOrNull,
    elapsed: isFigure,
    samples: (samples) => Array.isArray(samples) && samples.every(isPair),
    latest: figureOrNull,
    ahead: figureOrNull,
    utcOffset: figureOrNull,
    newestAt: isFigure,
    isFresh: isBoolean,
    checkedAt: isFigure,
    isFailing: isBoolean,
    isRefused: isBoolean,
    reportsChecks: isBoolean,
    active: isRecord(hasShape(alarm)),
    snoozed: isRecord(hasShape({ until: isFigure, isUrgent: isBoolean })),
    missed: orNull(hasShape({ from: isFigure, to: isFigure, lowest: isFigure, seenAt: isFigure })),
    told: orNull(isPair),
  })(value);
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
