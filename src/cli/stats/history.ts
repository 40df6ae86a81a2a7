import type { GlucoseArchive } from "../../archive/archive.ts";
import type { GlucosePoint } from "../../glucose/glucose-point.ts";
import { collect } from "../archive/collect.ts";

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** Readings of the last days, and the window that they are to be measured by. */
export interface History {
  readonly points: readonly GlucosePoint[];
  readonly from: Date;
  readonly to: Date;
  /** `true` if the archive begins well within those days. */
  readonly isYounger: boolean;
}

/** Reads the last days of an archive. A time before its first reading does not count as a gap. */
export async function readHistory(archive: Pick<GlucoseArchive, "read">, now: number, days: number): Promise<History> {
  const start = new Date(now - days * DAY_MS);
  const to = new Date(now);
  const points = await collect(archive.read({ from: start, to }));
  const older = await archive.read({ to: start }).next();
  const first = older.done === true ? points[0]?.datetime : undefined;
  const isYounger = first !== undefined && first.getTime() - start.getTime() > HOUR_MS;
  return { points, from: first ?? start, to, isYounger };
}
