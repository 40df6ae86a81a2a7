import { ticks } from "d3-array";
import { toMmolL, type GlucoseUnit } from "../glucose/glucose.ts";
import type { ChartBand } from "./options.ts";

/** Smallest figure of a sensor. */
const BOTTOM = 40;
const TOPS = [250, 300, 350, 400];
/** Upper limit of what is high rather than very high: 13.9 mmol/L. */
const VERY_HIGH = 250;

export interface ValueTick {
  readonly mgDl: number;
  /** In the unit of the chart. */
  readonly label: string;
  readonly isLimit: boolean;
}

/** Figures that a chart has room for. */
export interface ValueScale {
  readonly bottom: number;
  readonly top: number;
  /** `true` if HIGH is not next to the top of the scale. */
  readonly isBroken: boolean;
}

/** Builds a scale with room for the band and for `maxMgDl`, and no more than it needs. */
export function makeValueScale(maxMgDl: number, band: ChartBand): ValueScale {
  const needed = Math.max(maxMgDl, band.high + 20);
  const top = TOPS.find((candidate) => candidate >= needed) ?? 400;
  return { bottom: BOTTOM, top, isBroken: top < 400 };
}

/** Returns how high on a scale a figure is, from 0 to 1. */
export function valueShare({ bottom, top }: ValueScale, mgDl: number): number {
  return (Math.min(top, Math.max(bottom, mgDl)) - bottom) / (top - bottom);
}

/**
 * Chooses the labels: the limits of the band, 250 mg/dL (13.9 mmol/L), the ends, then round figures. A label that is
 * nearer than `minGap` mg/dL to a more important one is left out.
 */
export function makeValueTicks(
  { bottom, top }: ValueScale,
  band: ChartBand,
  { unit, minGap }: { readonly unit: GlucoseUnit; readonly minGap: number },
): ValueTick[] {
  const limits = [band.low, band.high];
  const chosen: number[] = [];
  for (const mgDl of [...limits, VERY_HIGH, top, bottom, ...roundFigures(bottom, top, unit)]) {
    const isFree = chosen.every((other) => Math.abs(other - mgDl) >= minGap);
    if (mgDl >= bottom && mgDl <= top && (isFree || limits.includes(mgDl)) && !chosen.includes(mgDl)) chosen.push(mgDl);
  }
  return chosen
    .sort((a, b) => a - b)
    .map((mgDl) => ({
      mgDl,
      label: unit === "mg/dL" ? String(Math.round(mgDl)) : toMmolL(mgDl).toFixed(1),
      isLimit: limits.includes(mgDl),
    }));
}

function roundFigures(bottom: number, top: number, unit: GlucoseUnit): number[] {
  if (unit === "mg/dL") return ticks(bottom, top, 7);
  return ticks(bottom * 0.0555, top * 0.0555, 7).map((mmolL) => mmolL / 0.0555);
}
