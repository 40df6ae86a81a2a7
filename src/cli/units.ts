import type { GlucoseReading } from "../glucose-reading.ts";
import { toMmolL, type GlucoseUnit } from "../glucose/glucose.ts";

/** Ends of what the sensor can measure. */
const LIMITS = {
  "mg/dL": { low: "below 40 mg/dL", high: "above 400 mg/dL" },
  "mmol/L": { low: "below 2.2 mmol/L", high: "above 22.2 mmol/L" },
} as const;

/** Writes a figure with its unit, and LOW and HIGH with what they mean: `"132 mg/dL"`, `"LOW (below 40 mg/dL)"`. */
export function formatWithLimit(reading: GlucoseReading, unit: GlucoseUnit): string {
  const figure = reading.format(unit, { unitLabel: true });
  return reading.level === "in-range" ? figure : `${figure} (${LIMITS[unit][reading.level]})`;
}

/** Writes a change with its sign: `"+5"`, `"-0.3"`; `"?"` if it is unknown. */
export function formatDelta(deltaMgDl: number | undefined, unit: GlucoseUnit): string {
  if (deltaMgDl === undefined) return "?";
  const size = Math.abs(deltaMgDl);
  return (deltaMgDl < 0 ? "-" : "+") + (unit === "mmol/L" ? toMmolL(size).toFixed(1) : String(size));
}

/** Converts a figure that was given in `unit` to mg/dL. */
export function toMgDl(figure: number, unit: GlucoseUnit): number {
  return unit === "mg/dL" ? figure : figure / 0.0555;
}
