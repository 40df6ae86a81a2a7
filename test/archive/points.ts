/** Made-up readings for the tests of the archives. */
import type { GlucoseArchive, GlucosePoint } from "../../src/archive/index.ts";

export const START: number = Date.UTC(2026, 0, 5, 12);
export const SLOT_MS = 300_000;

/** A reading at a number of seconds after START. */
export function at(seconds: number, mgDl = 100, more: Partial<GlucosePoint> = {}): GlucosePoint {
  return { mgDl, datetime: new Date(START + seconds * 1000), ...more };
}

/** `count` readings, one every five minutes. */
export function day(count = 288, start: number = START): GlucosePoint[] {
  return Array.from({ length: count }, (_, i) => ({
    mgDl: 80 + (i % 100),
    datetime: new Date(start + i * SLOT_MS),
    timezone: "-0400",
    trend: 4,
  }));
}

/** All that is in the archive. */
export async function all(archive: Pick<GlucoseArchive, "read">, from?: Date, to?: Date): Promise<GlucosePoint[]> {
  const points: GlucosePoint[] = [];
  for await (const point of archive.read({ from, to })) points.push(point);
  return points;
}

/** Seconds after START of all readings. */
export async function seconds(archive: Pick<GlucoseArchive, "read">): Promise<number[]> {
  return (await all(archive)).map(({ datetime }) => (datetime.getTime() - START) / 1000);
}
