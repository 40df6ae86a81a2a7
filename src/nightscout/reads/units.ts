import type { NightscoutUnits } from "./context.ts";

/**
 * Molar factor of Nightscout, by which its clients convert, too. The rest of this package multiplies by 0.0555: the two
 * differ by 0.1 mmol/L for 109, 309, 318, 327, 336 and 345 mg/dL.
 */
const MG_DL_PER_MMOL_L = 18.01559;

/** Converts a figure or a difference to the units of the site: mg/dL as it is, mmol/L to one decimal. */
export function scale(mgDl: number, units: NightscoutUnits): number {
  return units === "mmol" ? roundToTenth(mgDl / MG_DL_PER_MMOL_L) : mgDl;
}

/** Rounds to one decimal. A small negative difference becomes 0, not -0. */
export function roundToTenth(value: number): number {
  return Math.round(value * 10) / 10 || 0;
}
