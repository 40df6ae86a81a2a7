import { HISTORY_MS, READING_INTERVAL_MS, SAME_READING_MS } from "../../glucose/cadence.ts";
import type { GlucosePoint } from "../../glucose/glucose-point.ts";
import type { Watched } from "../feed/watched.ts";

/** Time that a reading usually takes to the service. */
const UPLOAD_MS = 25_000;

/** Longest time that a request may ask for: the service's day, or with an archive 90 days. */
export function maxHoursOf({ archive }: Watched): number {
  return archive === undefined ? 24 : 2160;
}

/**
 * Returns the readings of the last hours, oldest first. What goes beyond a day comes from the archive.
 *
 * @throws {RequestError} 503 if the archive can't be read.
 */
export async function historyOf({ wearer, archive }: Watched, minutes: number): Promise<readonly GlucosePoint[]> {
  const from = wearer.now() - minutes * 60_000;
  const own = wearer.readings.filter(({ datetime }) => datetime.getTime() >= from);
  if (archive === undefined || minutes * 60_000 <= HISTORY_MS) return own;
  const to = own[0] && new Date(own[0].datetime.getTime() - SAME_READING_MS);
  return [...(await archive.read(new Date(from), to)), ...own];
}

/** Returns the seconds until the next reading is due, for `max-age`; 0 if it is overdue. */
export function secondsUntilDue({ wearer }: Watched): number {
  if (wearer.problem !== undefined || wearer.ageMs === undefined) return 0;
  return Math.max(0, Math.floor((READING_INTERVAL_MS + UPLOAD_MS - wearer.ageMs) / 1000));
}
