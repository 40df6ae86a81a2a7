import { HIGH_MG_DL } from "../glucose/glucose.ts";

/** Number of readings at each glucose value. Every figure that does not depend on time is computed from it. */
export class Distribution {
  total = 0;
  readonly #whole = new Uint32Array(HIGH_MG_DL + 1);
  /** Readings that were converted from mmol/L have fractions. */
  readonly #fractions = new Map<number, number>();
  #sorted: readonly (readonly [value: number, count: number])[] | undefined;

  /** Adds the values of a list from `start` up to, but without, `end`. Add all before the first figure is computed. */
  add(values: Float64Array, start: number, end: number): void {
    this.total += end - start;
    const whole = this.#whole;
    for (let i = start; i < end; i++) {
      const value = values[i]!;
      if (value === (value | 0)) whole[value]!++;
      else this.#fractions.set(value, (this.#fractions.get(value) ?? 0) + 1);
    }
  }

  /** Different values with their number, ascending. */
  get #entries(): readonly (readonly [value: number, count: number])[] {
    this.#sorted ??= [...this.#whole.entries(), ...this.#fractions]
      .filter(([, count]) => count > 0)
      .sort(([a], [b]) => a - b);
    return this.#sorted;
  }

  /** Adds up a function of the value over all readings. */
  sum(of: (value: number) => number): number {
    return this.#entries.reduce((sum, [value, count]) => sum + of(value) * count, 0);
  }

  /** Counts the readings whose value fulfils a condition. */
  count(has: (value: number) => boolean): number {
    return this.sum((value) => Number(has(value)));
  }

  /** Quantiles, interpolated linearly (type 7 of R). */
  get quantiles(): Quantiles {
    return mapQuantiles((share) => {
      const place = (this.total - 1) * share;
      const below = this.#at(Math.floor(place));
      return below + (this.#at(Math.ceil(place)) - below) * (place % 1);
    });
  }

  #at(index: number): number {
    return this.#entries.find(([, count]) => (index -= count) < 0)?.[0] ?? NaN;
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
