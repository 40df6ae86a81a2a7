const MG_DL_PER_MMOL_L = 18.01559;

/** Glucose management indicator in per cent, from the mean in mg/dL: doi 10.2337/dc18-1581. */
export function gmiPercent(meanMgDl: number): number {
  return 3.31 + 0.02392 * meanMgDl;
}

/** Glucose management indicator in mmol/mol, the unit of the IFCC, from the mean in mg/dL. */
export function gmiMmolMol(meanMgDl: number): number {
  return 12.71 + (4.70587 * meanMgDl) / MG_DL_PER_MMOL_L;
}
