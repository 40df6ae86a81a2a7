import { formatMgDl, type Unit } from "../units.ts";
import { DOTS_DOWN } from "./canvas.ts";

/** The least that a sensor gives a figure for (wire-protocol 12). */
const BOTTOM_MG_DL = 40;
const TOPS_MG_DL = [250, 300, 350, 400];
/** Round figures of each unit, in mg/dL. */
const ROUND: Readonly<Record<Unit, readonly number[]>> = {
  "mg/dL": [50, 100, 150, 200, 250, 300, 350, 400],
  "mmol/L": [3, 5, 10, 15, 20].map((mmolL) => mmolL / 0.0555),
};

/** The target band, in mg/dL. */
export interface Band {
  readonly low: number;
  readonly high: number;
}

/** Where figures stand in a picture of `rows` rows. */
export interface Scale {
  /** Dots from the top of a figure in mg/dL. */
  dotOf(mgDl: number): number;
  rowOf(mgDl: number): number;
  /** What is written beside each row; the limits of the band first of all. */
  readonly labels: ReadonlyMap<number, string>;
}

/** A scale that has room for `mostMgDl` and for the band, and no more than it needs. */
export function makeScale(rows: number, mostMgDl: number, band: Band, unit: Unit): Scale {
  const least = Math.min(BOTTOM_MG_DL, band.low);
  const needed = Math.max(mostMgDl, band.high + 20);
  const top = TOPS_MG_DL.find((candidate) => candidate >= needed) ?? needed;
  const dotOf = (mgDl: number): number => {
    const share = (mgDl - least) / (top - least);
    return Math.round((1 - Math.min(1, Math.max(0, share))) * (rows * DOTS_DOWN - 1));
  };
  const rowOf = (mgDl: number): number => Math.floor(dotOf(mgDl) / DOTS_DOWN);
  const labels = new Map<number, string>();
  const limits = [band.low, band.high];
  for (const mgDl of limits) labels.set(rowOf(mgDl), formatMgDl(mgDl, unit));
  for (const mgDl of ROUND[unit]) {
    const row = rowOf(mgDl);
    const isFree = [...labels.keys()].every((other) => Math.abs(other - row) > 1);
    if (isFree && mgDl > least && mgDl <= top) labels.set(row, formatMgDl(mgDl, unit));
  }
  return { dotOf, rowOf, labels };
}
