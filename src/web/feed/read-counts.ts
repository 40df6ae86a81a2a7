import { AccountError } from "../../errors.ts";

/** Upper limits, in seconds, of the buckets of lateness. */
export const LATENESS_BUCKETS: readonly number[] = [15, 30, 60, 120, 300, 600];

export type ReadOutcome = "success" | "refused" | "failure";

/** Counts the reads of one wearer, for the metrics. */
export class ReadCounts {
  readonly outcomes: Record<ReadOutcome, number> = { success: 0, refused: 0, failure: 0 };
  /** Readings by lateness; the last count is that of the readings beyond all limits. */
  readonly lateness: number[] = [...LATENESS_BUCKETS, Infinity].map(() => 0);
  latenessSum = 0;

  noteCheck(error: unknown): void {
    this.outcomes[error === undefined ? "success" : error instanceof AccountError ? "refused" : "failure"]++;
  }

  /** Notes how long a reading has taken from the sensor to here. */
  noteLateness(ms: number): void {
    const seconds = Math.max(0, ms / 1000);
    this.latenessSum += seconds;
    const bucket = LATENESS_BUCKETS.findIndex((limit) => seconds <= limit);
    this.lateness[bucket === -1 ? LATENESS_BUCKETS.length : bucket]!++;
  }
}
