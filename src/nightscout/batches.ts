import { HISTORY_MS, SAME_READING_MS } from "../glucose/cadence.ts";

interface Dated {
  readonly date: number;
}

/** Puts entries in order of time. Of two that are the same reading, the first stands. */
export function sortEntries<T extends Dated>(entries: readonly T[]): T[] {
  let last = -Infinity;
  return entries
    .toSorted((one, other) => one.date - other.date)
    .filter(({ date }) => {
      const isOther = date - last >= SAME_READING_MS;
      if (isOther) last = date;
      return isOther;
    });
}

/** Cuts sorted entries into batches. None is longer than a day, so that comparing one with a site is a small request. */
export function toBatches<T extends Dated>(entries: readonly T[], batchSize: number): T[][] {
  const batches: T[][] = [];
  let batch: T[] = [];
  for (const entry of entries) {
    const isFull = batch.length >= batchSize || (batch[0] && entry.date - batch[0].date > HISTORY_MS);
    if (isFull || batches.length === 0) batches.push((batch = []));
    batch.push(entry);
  }
  return batches;
}
