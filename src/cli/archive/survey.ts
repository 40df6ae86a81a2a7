import type { GlucoseArchive } from "../../archive/archive.ts";
import type { GlucosePoint } from "../../glucose/glucose-point.ts";

/** A longer time without a reading is a gap. Some sensors measure every 15 minutes. */
export const GAP_MS: number = 20 * 60_000;

/** Time without readings, from the last one before it to the first one after it. */
export interface ArchiveGap {
  readonly before: GlucosePoint;
  readonly after: GlucosePoint;
  readonly ms: number;
}

/** Content of an archive. */
export interface Survey {
  readonly readings: number;
  readonly first: GlucosePoint | undefined;
  readonly last: GlucosePoint | undefined;
  /** Oldest first. */
  readonly gaps: readonly ArchiveGap[];
}

/** Counts readings and finds gaps, in one pass that holds two readings at a time. */
export async function surveyArchive(archive: Pick<GlucoseArchive, "read">): Promise<Survey> {
  let readings = 0;
  let first: GlucosePoint | undefined;
  let last: GlucosePoint | undefined;
  const gaps: ArchiveGap[] = [];
  for await (const point of archive.read()) {
    const ms = point.datetime.getTime() - (last?.datetime.getTime() ?? Infinity);
    if (last && ms > GAP_MS) gaps.push({ before: last, after: point, ms });
    readings++;
    first ??= point;
    last = point;
  }
  return { readings, first, last, gaps };
}
