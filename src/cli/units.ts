import type { GlucoseReading } from "../glucose-reading.ts";

export type Unit = "mg/dL" | "mmol/L";

/** mg/dL × this = mmol/L, as `GlucoseReading` has it (wire-protocol 13). */
const MMOL_PER_MG = 0.0555;

/** Below and above what the sensor can measure (wire-protocol 12). */
const LIMITS = {
  "mg/dL": { low: "below 40 mg/dL", high: "above 400 mg/dL" },
  "mmol/L": { low: "below 2.2 mmol/L", high: "above 22.2 mmol/L" },
} as const;

/** The figure as people write it: whole mg/dL, mmol/L to one decimal; LOW and HIGH where the sensor has no figure. */
export function formatValue(reading: GlucoseReading, unit: Unit): string {
  if (reading.level !== "in-range") return reading.level.toUpperCase();
  return unit === "mg/dL" ? String(reading.mgDl) : reading.mmolL.toFixed(1);
}

/** Such as `"132 mg/dL"` or `"LOW (below 40 mg/dL)"`. */
export function formatValueWithUnit(reading: GlucoseReading, unit: Unit): string {
  const value = formatValue(reading, unit);
  return reading.level === "in-range" ? `${value} ${unit}` : `${value} (${LIMITS[unit][reading.level]})`;
}

/** A limit that was given in `unit`, in mg/dL. */
export function toMgDl(figure: number, unit: Unit): number {
  return unit === "mg/dL" ? figure : figure / MMOL_PER_MG;
}

/** A figure in mg/dL that is no reading, such as the label of an axis. */
export function formatMgDl(mgDl: number, unit: Unit): string {
  return unit === "mg/dL" ? String(Math.round(mgDl)) : (mgDl * MMOL_PER_MG).toFixed(1);
}
