import type { GlucosePoint } from "../glucose/glucose-point.ts";

/** Options for adding readings. */
export interface AddOptions {
  /**
   * A reading closer than this to one that is kept is left out, in milliseconds. For an import of a history give half
   * the interval, so that it fills gaps and adds nothing else.
   *
   * @default 30_000: two records less than 30 s apart are the same reading
   */
  readonly minDistanceMs?: number | undefined;
}

/** Part of the time, from `from` up to, but without, `to`. */
export interface TimeRange {
  /** @default the oldest reading */
  readonly from?: Date | undefined;
  /** @default the newest reading */
  readonly to?: Date | undefined;
}

/** Readings of one wearer, kept in order of time. */
export interface GlucoseArchive {
  /**
   * Adds readings, in any order. Of two that are the same, the one that was kept first stays.
   *
   * @returns The number of readings that were new. They are kept by then.
   * @throws {ArgumentError} If a reading is invalid. Then no reading is added.
   */
  add(points: Iterable<GlucosePoint>, options?: AddOptions): Promise<number>;
  /** Reads readings, oldest first. Memory does not grow with their number. */
  read(range?: TimeRange): AsyncGenerator<GlucosePoint, void, undefined>;
  /** Reads the newest reading. One that is dated in the future does not count. */
  latest(): Promise<GlucosePoint | undefined>;
  /** Deletes the readings before a date. @returns Their number. */
  remove(range: { readonly before: Date }): Promise<number>;
  /** Lets go of files and connections. */
  close(): Promise<void>;
}
