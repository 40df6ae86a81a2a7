/**
 * Reason why a figure is missing, which says what `have` and `need` count.
 *
 * - `"readings"`: number of readings.
 * - `"completeness"`: recorded share of the window, 0 to 1.
 * - `"recorded-hours"`, `"recorded-days"`: readings times interval.
 * - `"dates"`: local dates with readings.
 * - `"quarter-of-day"`: recorded share of the emptiest quarter of the day, 0 to 1.
 * - `"time-zone"`: readings whose local time is known. Give the option `timeZone`.
 * - `"mixed-intervals"`: longest and shortest interval, in minutes. Give the option `intervalMs`.
 * - `"ranges"`: upper limit of the range in use, in mg/dL. The figure exists for the standard ranges only.
 */
export type MissingReason =
  | "readings"
  | "completeness"
  | "recorded-hours"
  | "recorded-days"
  | "dates"
  | "quarter-of-day"
  | "time-zone"
  | "mixed-intervals"
  | "ranges";

/** Figure that the data can't support, with what there is and what it takes. */
export interface Missing {
  readonly value?: undefined;
  readonly missing: MissingReason;
  readonly have: number;
  readonly need: number;
}

/** Figure, or the reason why it is missing. */
export type Measure<T> = { readonly value: T; readonly missing?: undefined } | Missing;

/** Returns what is missing if `have` is below `need`. */
export function shortfall(missing: MissingReason, have: number, need: number): Missing | undefined {
  return have < need ? { missing, have, need } : undefined;
}

/** Returns a figure unless something is missing. */
export function measure<T>(missing: Missing | undefined, value: T): Measure<T> {
  return missing ?? { value };
}
