const { FUZZ_SEED = "20260101", FUZZ_TIMES = "1" } = process.env;

/**
 * How often a property is tried. The cases are the same in every run, so that a red run is red again; `FUZZ_SEED=random`
 * or a number makes others, `FUZZ_TIMES=100` a hundred times as many.
 */
export function runs(count: number): { readonly numRuns: number; readonly seed: number } {
  return {
    numRuns: count * Number(FUZZ_TIMES),
    seed: FUZZ_SEED === "random" ? Math.floor(Math.random() * 2 ** 31) : Number(FUZZ_SEED),
  };
}
