import { systemClock, type Clock } from "../clock.ts";
import type { GlucosePoint } from "../glucose/glucose-point.ts";
import { checkMethods, checkNames } from "../validate.ts";
import type { AddOptions, GlucoseArchive, TimeRange } from "./archive.ts";
import { checkBefore, checkRange, lastLatest, minDistanceOf, pointOf, rowsOf, type Row } from "./row.ts";
import { findLatest, insert, placeOf } from "./sorted-rows.ts";

/** Options of a `MemoryArchive`. */
export interface MemoryArchiveOptions {
  /** Clock that tells which readings are in the future. @default real time */
  readonly clock?: Clock | undefined;
}

/**
 * Archive in memory, for tests and for readings that come from elsewhere at each start.
 *
 * @example
 * ```ts
 * import { MemoryArchive } from "dexcom-share-ts/archive";
 * const archive = new MemoryArchive();
 * await archive.add(await dexcom.getGlucoseReadings());
 * for await (const { datetime, mgDl } of archive.read()) console.log(datetime.toISOString(), mgDl);
 * ```
 */
export class MemoryArchive implements GlucoseArchive {
  readonly #rows: Row[] = [];
  readonly #clock: Clock;

  /** @throws {ArgumentError} If an option is invalid. */
  constructor({ clock = systemClock, ...unknown }: MemoryArchiveOptions = {}) {
    checkNames("options", unknown, ["clock"]);
    checkMethods("clock", clock, ["now"]);
    this.#clock = clock;
  }

  async add(points: Iterable<GlucosePoint>, options?: AddOptions): Promise<number> {
    const minDistanceMs = minDistanceOf(options);
    return rowsOf(points).filter((row) => insert(this.#rows, row, minDistanceMs)).length;
  }

  async *read(range?: TimeRange): AsyncGenerator<GlucosePoint, void, undefined> {
    const { from, to } = checkRange(range);
    // Pages continue by time, not by index: readings may be added while the consumer waits.
    let next: Row | undefined = this.#rows[placeOf(this.#rows, from)];
    while (next && next.time < to) {
      yield pointOf(next);
      next = this.#rows[placeOf(this.#rows, next.time + 1)];
    }
  }

  async latest(): Promise<GlucosePoint | undefined> {
    const row = findLatest(this.#rows, lastLatest(this.#clock.now()));
    return row && pointOf(row);
  }

  async remove(range: { readonly before: Date }): Promise<number> {
    return this.#rows.splice(0, placeOf(this.#rows, checkBefore(range))).length;
  }

  async close(): Promise<void> {
    // Nothing to let go of.
  }
}
