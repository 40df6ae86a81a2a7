import type { Coverage } from "./coverage.ts";
import { shortfall, type Missing } from "./measure.ts";
import type { Series } from "./series.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const MIN_READINGS = 12;
const MIN_READINGS_FOR_SPREAD = 30;
const MIN_COMPLETENESS = 0.5;
/** 70 % of a day. */
const MIN_HOURS_FOR_RISK = 16.8;
// The consensus of 2019 asks for 70 % of 14 days. A window without a single night has 75 %, so quarters count too.
const MIN_DATES_FOR_GMI = 14;
const MIN_DAYS_FOR_GMI = 9.8;
const MIN_COMPLETENESS_FOR_GMI = 0.7;
const MIN_QUARTER_FOR_GMI = 0.5;
const MIN_DAYS_FOR_WEEKLY = 7;

/** Missing data for each group of figures; `undefined` if nothing is missing. */
export interface Requirements {
  /** Missing for the completeness itself. */
  readonly extent: Missing | undefined;
  /** Missing for mean, quantiles and ranges. */
  readonly basic: Missing | undefined;
  /** Missing for SD, CV and J-index. */
  readonly spread: Missing | undefined;
  /** Missing for GRI, LBGI and HBGI. */
  readonly risk: Missing | undefined;
  /** Missing for GMI and targets. */
  readonly gmi: Missing | undefined;
  /** Missing for episodes a week. */
  readonly weekly: Missing | undefined;
}

/** Checks what the readings suffice for. */
export function checkRequirements(
  { length, intervalMs, mixed, noLocalTime }: Series,
  { completeness, dates, quarters }: Coverage,
): Requirements {
  const recordedMs = length * intervalMs;
  const basic =
    mixed ?? shortfall("readings", length, MIN_READINGS) ?? shortfall("completeness", completeness, MIN_COMPLETENESS);
  return {
    extent: mixed ?? shortfall("readings", length, 1),
    basic,
    spread: basic ?? shortfall("readings", length, MIN_READINGS_FOR_SPREAD),
    risk: basic ?? shortfall("recorded-hours", recordedMs / HOUR_MS, MIN_HOURS_FOR_RISK),
    weekly: mixed ?? shortfall("recorded-days", recordedMs / DAY_MS, MIN_DAYS_FOR_WEEKLY),
    gmi:
      mixed ??
      noLocalTime ??
      shortfall("dates", dates, MIN_DATES_FOR_GMI) ??
      shortfall("recorded-days", recordedMs / DAY_MS, MIN_DAYS_FOR_GMI) ??
      shortfall("completeness", completeness, MIN_COMPLETENESS_FOR_GMI) ??
      shortfall("quarter-of-day", Math.min(...quarters.map(Number)), MIN_QUARTER_FOR_GMI),
  };
}
