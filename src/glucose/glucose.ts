import type { GlucosePoint } from "./glucose-point.ts";
import { parseOffset } from "./local-time.ts";
import { assertArgument, checkNames } from "../validate.ts";

/** Units that glucose is shown in. The service and this package calculate in mg/dL. */
export type GlucoseUnit = "mg/dL" | "mmol/L";

/** Position of a figure in the range that the sensor can measure. It says nothing about a target range. */
export type GlucoseLevel = "low" | "in-range" | "high";

/** Smallest number that is a figure: 0 to 12 are status codes of the receiver. */
export const MIN_MG_DL = 13;
/** The sensor reports this figure for everything below 40 mg/dL. */
export const LOW_MG_DL = 39;
/** The sensor reports this figure for everything above 400 mg/dL. */
export const HIGH_MG_DL = 401;

/** Longest time between two readings whose difference is still a change over five minutes: one reading may be late. */
const MAX_DELTA_GAP_MS = 540_000;

export function levelOf(mgDl: number): GlucoseLevel {
  if (mgDl <= LOW_MG_DL) return "low";
  return mgDl >= HIGH_MG_DL ? "high" : "in-range";
}

/** @throws {ArgumentError} If `unit` is not a unit of glucose. */
export function checkUnit(unit: string): void {
  assertArgument(["mg/dL", "mmol/L"].includes(unit), 'unit must be "mg/dL" or "mmol/L"');
}

/** Converts to mmol/L: mg/dL × 0.0555, to one decimal. */
export function toMmolL(mgDl: number): number {
  // `toFixed` would miss ties such as 100 mg/dL.
  return Math.round(mgDl * 0.555) / 10;
}

/**
 * Writes a figure as a person reads it: `"126"`, `"7.0"`, `"LOW"` or `"HIGH"`.
 *
 * @param mgDl From 13. Smaller numbers are status codes of the receiver (PROTOCOL.md, "Value").
 * @param options.unitLabel Appends the unit to a number: `"7.0 mmol/L"`. @default false
 * @throws {ArgumentError} If `mgDl` is below 13, or `unit` or an option is unknown.
 *
 * @example
 * ```ts
 * import { formatGlucose } from "dexcom-share-ts";
 * console.log(formatGlucose(126, "mmol/L", { unitLabel: true })); // 7.0 mmol/L
 * ```
 */
export function formatGlucose(
  mgDl: number,
  unit: GlucoseUnit = "mg/dL",
  options: { readonly unitLabel?: boolean | undefined } = {},
): string {
  checkNames("options", options, ["unitLabel"]);
  checkUnit(unit);
  assertArgument(mgDl >= MIN_MG_DL, "mgDl must be a glucose figure, 13 or more");
  const level = levelOf(mgDl);
  if (level !== "in-range") return level.toUpperCase();
  const figure = unit === "mmol/L" ? toMmolL(mgDl).toFixed(1) : String(Math.round(mgDl));
  return options.unitLabel ? `${figure} ${unit}` : figure;
}

/**
 * Returns the change from `previous` in mg/dL. It is `undefined` if more than 9 minutes lie between the two, `previous`
 * is not the earlier one, or one of them is LOW or HIGH.
 *
 * @example
 * ```ts
 * import { glucoseDelta } from "dexcom-share-ts";
 * const before = { mgDl: 120, datetime: new Date("2026-01-01T08:00:00Z") };
 * const after = { mgDl: 126, datetime: new Date("2026-01-01T08:05:00Z") };
 * console.log(glucoseDelta(after, before)); // 6
 * ```
 */
export function glucoseDelta(point: GlucosePoint, previous: GlucosePoint | undefined): number | undefined {
  if (!previous) return undefined;
  const gapMs = point.datetime.getTime() - previous.datetime.getTime();
  if (!(gapMs > 0 && gapMs <= MAX_DELTA_GAP_MS)) return undefined;
  const areFigures = levelOf(point.mgDl) === "in-range" && levelOf(previous.mgDl) === "in-range";
  return areFigures ? point.mgDl - previous.mgDl : undefined;
}

/**
 * Shifts an instant so that its UTC fields (`getUTCHours()`, `toISOString()`) show the wearer's local time. Without an
 * offset they show UTC.
 */
export function toLocalFields(datetime: Date, timezone: string | undefined): Date {
  return new Date(datetime.getTime() + (parseOffset(timezone) ?? 0) * 60_000);
}
