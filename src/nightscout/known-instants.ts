/** A reading is on the site already if the site has an entry within this time of it. */
const SAME_ENTRY_MS = 60_000;

/** Instants to keep besides those of the newest day. */
const KEEP_MS = 172_800_000;

/**
 * Returns the entries that a site lacks. An entry of the site stands for one of ours, so that a sensor that reads every
 * minute loses none: first for the one of the same instant, then for one within 60 s.
 *
 * @param entries In order of time, as is the result.
 * @param instants Instants of the site's entries.
 */
export function findMissing<T extends { readonly date: number }>(
  entries: readonly T[],
  instants: Iterable<number>,
): T[] {
  const left = new Set(instants);
  const others = entries.filter(({ date }) => !left.delete(date));
  const free = [...left].sort((a, b) => a - b);
  let next = 0;
  return others.filter(({ date }) => {
    while (next < free.length && free[next]! < date - SAME_ENTRY_MS) next++;
    const isThere = next < free.length && free[next]! <= date + SAME_ENTRY_MS;
    if (isThere) next++;
    return !isThere;
  });
}

/** Instants that a site is known to have, from a moment on. */
export class KnownInstants {
  readonly #instants: Set<number>;
  #fromMs: number;

  /** @param fromMs The site was asked for everything from this moment on. */
  constructor(fromMs: number, instants: readonly number[]) {
    this.#fromMs = fromMs;
    this.#instants = new Set(instants);
  }

  /** Tells if everything that could stand for an entry of this date is known. */
  covers(date: number): boolean {
    return date - SAME_ENTRY_MS >= this.#fromMs;
  }

  has(date: number): boolean {
    return this.#instants.has(date);
  }

  missing<T extends { readonly date: number }>(entries: readonly T[]): T[] {
    return findMissing(entries, this.#instants);
  }

  /** Adds what was stored, and forgets what is long past. */
  add(dates: readonly number[]): void {
    for (const date of dates) this.#instants.add(date);
    const keepFrom = Math.max(...dates) - KEEP_MS;
    if (keepFrom <= this.#fromMs) return;
    this.#fromMs = keepFrom;
    for (const date of this.#instants) if (date < keepFrom) this.#instants.delete(date);
  }
}

/** Range that has to be read to compare entries, in order of time, with a site. */
export function rangeOf(entries: readonly { readonly date: number }[]): {
  readonly fromMs: number;
  readonly toMs: number;
} {
  return { fromMs: entries[0]!.date - SAME_ENTRY_MS, toMs: entries.at(-1)!.date + SAME_ENTRY_MS };
}
