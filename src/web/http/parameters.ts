import type { GlucoseUnit } from "../../glucose/glucose.ts";
import { RequestError } from "./request-error.ts";

interface NumberRule {
  readonly min: number;
  readonly max: number;
  readonly fallback: number;
}

/** Reads the query of a request. A value that is not possible is an error: it is not replaced by another. */
export class Parameters {
  readonly #query: URLSearchParams;

  constructor(query: URLSearchParams) {
    this.#query = query;
  }

  /** @throws {RequestError} If the value is not a whole number from `min` to `max`. */
  integer(name: string, { min, max, fallback }: NumberRule): number {
    const text = this.#query.get(name);
    if (text === null) return fallback;
    const value = /^\d{1,9}$/.test(text) ? Number(text) : NaN;
    if (value >= min && value <= max) return value;
    throw new RequestError(400, `${name} must be a whole number from ${min} to ${max}`);
  }

  /** @throws {RequestError} If `values` lacks the value. */
  choice<T extends string>(name: string, values: readonly T[], fallback: T): T {
    const text = this.#query.get(name) ?? fallback;
    const found = values.find((value) => value === text);
    if (found !== undefined) return found;
    throw new RequestError(400, `${name} must be ${values.join(", ")}`);
  }

  /** `mg` and `mmol` will do, because a slash in a query is a nuisance. @throws {RequestError} */
  unit(fallback: GlucoseUnit): GlucoseUnit {
    const short = this.choice("unit", ["mg", "mmol", "mg/dL", "mmol/L"], fallback);
    return short.startsWith("mmol") ? "mmol/L" : "mg/dL";
  }

  text(name: string): string | undefined {
    return this.#query.get(name) ?? undefined;
  }
}
