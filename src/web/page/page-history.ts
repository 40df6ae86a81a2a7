import { HISTORY_MS } from "../../glucose/cadence.ts";
import type { GlucosePoint } from "../../glucose/glucose-point.ts";
import type { Watched } from "../feed/watched.ts";
import { RequestError } from "../http/request-error.ts";
import { historyOf, maxHoursOf } from "../routes/history.ts";

/** Readings that the page shows. */
export interface PageHistory {
  /** Oldest first. */
  readonly points: readonly GlucosePoint[];
  /** Length of the window. */
  readonly hours: number;
  /** `true` if the window is shorter than asked for, because the archive can't be read. */
  readonly isCut: boolean;
}

/** Reads the window. Without the archive it is the last day: the present figure matters more than the past ones. */
export async function readPageHistory(watched: Watched, wantedHours: number): Promise<PageHistory> {
  const hours = Math.min(wantedHours, maxHoursOf(watched));
  try {
    return { points: await historyOf(watched, hours * 60), hours, isCut: false };
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    const dayHours = HISTORY_MS / 3_600_000;
    return { points: await historyOf(watched, dayHours * 60), hours: dayHours, isCut: true };
  }
}
