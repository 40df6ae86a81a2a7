import { HIGH_MG_DL, LOW_MG_DL } from "../glucose/glucose.ts";

/** Averages count LOW as 39 and HIGH as 401 mg/dL. */
const BINS = HIGH_MG_DL - LOW_MG_DL + 1;

/** Number of readings at each glucose value. Every figure that does not depend on time is computed from it. */
export class Distribution {
  total = 0;
  /** One bin for each whole mg/dL; readings that were converted from mmol/L have fractions and are counted apart. */
  readonly #bins = new Uint32Array(BINS);
  readonly #fractions = new Map<number, number>();
  #sorted: readonly (readonly [value: number, count: number])[] | undefined;

  /** Adds the values of a list from `start` up to, but without, `end`. */
  addAll(values: Float64Array, start: number, end: number): void {
    const bins = this.#bins;
    for (let i = start; i < end; i++) {
      const value = values[i]!;
      const bin = value <= LOW_MG_DL ? 0 : value >= HIGH_MG_DL ? BINS - 1 : value - LOW_MG_DL;
      if (bin === (bin | 0)) bins[bin]!++;
      else this.#fractions.set(value, (this.#fractions.get(value) ?? 0) + 1);
    }
    this.total += end - start;
    this.#sorted = undefined;
  }

  /** Different values with their number, ascending. */
  get entries(): readonly (readonly [value: number, count: number])[] {
    this.#sorted ??= [...[...this.#bins].map((count, bin) => [bin + LOW_MG_DL, count] as const), ...this.#fractions]
      .filter(([, count]) => count > 0)
      .sort(([a], [b]) => a - b);
    return this.#sorted;
  }

  /** Adds up a function of the value over all readings. */
  sum(of: (value: number) => number): number {
    return this.entries.reduce((sum, [value, count]) => sum + of(value) * count, 0);
  }

  /** Counts the readings whose value fulfils a condition. */
  count(has: (value: number) => boolean): number {
    return this.sum((value) => Number(has(value)));
  }

  get mean(): number {
    return this.sum((value) => value) / this.total;
  }

  /** Standard deviation of a sample, divided by n − 1. */
  get sd(): number {
    const { mean } = this;
    return Math.sqrt(this.sum((value) => (value - mean) ** 2) / (this.total - 1));
  }

  /** Returns the value below which a share of the readings is, interpolated linearly (type 7 of R). */
  quantile(share: number): number {
    const place = (this.total - 1) * share;
    const below = this.#at(Math.floor(place));
    return below + (this.#at(Math.ceil(place)) - below) * (place % 1);
  }

  #at(index: number): number {
    let seen = 0;
    return this.entries.find(([, count]) => (seen += count) > index)![0];
  }
}

/** Glucose that 5, 25, 50, 75 and 95 % of the readings do not exceed, in mg/dL. */
export interface Quantiles {
  readonly p5: number;
  readonly p25: number;
  readonly p50: number;
  readonly p75: number;
  readonly p95: number;
}

/** Applies a function to each of the five shares. */
export function mapQuantiles(of: (share: number, name: keyof Quantiles) => number): Quantiles {
  return { p5: of(0.05, "p5"), p25: of(0.25, "p25"), p50: of(0.5, "p50"), p75: of(0.75, "p75"), p95: of(0.95, "p95") };
}
