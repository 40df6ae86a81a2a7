import type { Row } from "./row.ts";

/** Returns the place of the first row at or after a time. */
export function placeOf(rows: readonly Row[], time: number): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rows[middle]!.time < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Inserts a row in order of time. Returns `false` if another is closer than `minDistanceMs`. */
export function insert(rows: Row[], row: Row, minDistanceMs: number): boolean {
  const place = placeOf(rows, row.time);
  const isTaken = (other: Row | undefined): boolean =>
    other !== undefined && Math.abs(other.time - row.time) < minDistanceMs;
  if (isTaken(rows[place - 1]) || isTaken(rows[place])) return false;
  if (place === rows.length) rows.push(row);
  else rows.splice(place, 0, row);
  return true;
}

/** Returns the newest row at or before a time that is not ahead. */
export function findLatest(rows: readonly Row[], time: number): Row | undefined {
  return rows.findLast((row) => row.isAhead === 0 && row.time <= time);
}
