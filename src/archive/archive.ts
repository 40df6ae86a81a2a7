import type { GlucosePoint } from "../glucose/glucose-point.ts";

/** Options for adding readings. */
export interface AddOptions {
  /**
   * Shortest distance in milliseconds to a reading that is kept. A closer reading is left out. To import a history,
   * give half the interval: then the import only fills gaps.
   *
   * @default 30_000: two records less than 30 s apart are the same reading
   */
  readonly minDistanceMs?: number | undefined;
}

/** Period from `from`, included, to `to`, excluded. */
export interface TimeRange {
  /** @default the oldest reading */
  readonly from?: Date | undefined;
  /** @default the newest reading */
  readonly to?: Date | undefined;
}

/** Readings of one wearer, kept in order of time. */
export interface GlucoseArchive {
  /**
   * Adds readings, in any order. If a reading is the same as one that is kept, the kept one stays.
   *
   * @returns The number of readings that were new. They are stored when it resolves.
   * @throws {ArgumentError} If a reading is invalid. Then no reading is added.
   */
  add(points: Iterable<GlucosePoint>, options?: AddOptions): Promise<number>;
  /** Reads readings, oldest first. Memory does not grow with their number. */
  read(range?: TimeRange): AsyncGenerator<GlucosePoint, void, undefined>;
  /** Reads the newest reading. One that is dated in the future does not count. */
  latest(): Promise<GlucosePoint | undefined>;
  /** Deletes the readings before a date. @returns Their number. */
  remove(range: { readonly before: Date }): Promise<number>;
  /** Closes the files and connections that the archive has opened. */
  close(): Promise<void>;
}
