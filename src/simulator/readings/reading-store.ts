import type { GlucoseGenerator } from "./generator.ts";
import type { StoredReading } from "./reading.ts";

/** Nothing older is kept (PROTOCOL.md, "Glucose values"). */
const HISTORY_MS = 86_400_000;

/** One wearer's readings: those that were given and, if wanted, those that are made up. */
export class ReadingStore {
  /** Newest first. */
  readonly #given: StoredReading[] = [];
  readonly #generator: GlucoseGenerator | undefined;
  /** Readings that reached the service by this moment may have been seen. */
  #arrivedByMs = -Infinity;

  constructor(given: readonly StoredReading[], generator: GlucoseGenerator | undefined) {
    this.#generator = generator;
    for (const reading of given) this.add(reading);
  }

  add(reading: StoredReading): void {
    const older = this.#given.findIndex((other) => other.timeMs < reading.timeMs);
    this.#given.splice(older < 0 ? this.#given.length : older, 0, reading);
  }

  /** Returns `true` if a reading of this moment was given. */
  has(timeMs: number): boolean {
    return this.#given.some((reading) => reading.timeMs === timeMs);
  }

  /**
   * At most `maxCount` readings of the last `minutes`, newest first, that have reached the service by `nowMs`, or had
   * `lateMs` earlier. What may have been seen already stays, however late the rest is.
   */
  latest(minutes: number, maxCount: number, nowMs: number, lateMs = 0): readonly StoredReading[] {
    const arrivedByMs = Math.min(nowMs, Math.max(this.#arrivedByMs, nowMs - lateMs));
    this.#arrivedByMs = arrivedByMs;
    // A window without width holds nothing, not even a reading of this millisecond (PROTOCOL.md, "Glucose values").
    if (minutes <= 0 || maxCount <= 0) return [];
    const fromMs = nowMs - Math.min(minutes * 60_000, HISTORY_MS);
    const take = (readings: Iterable<StoredReading>): StoredReading[] => {
      const taken: StoredReading[] = [];
      for (const reading of readings) {
        if (reading.timeMs < fromMs) break;
        // Not `>`: a delay that is no number means never.
        if (!(reading.availableAtMs <= arrivedByMs)) continue;
        taken.push(reading);
        if (taken.length >= maxCount) break;
      }
      return taken;
    };
    const given = take(this.#given);
    if (this.#generator === undefined) return given;
    const madeUp = take(this.#generator.newestFirst(fromMs, nowMs));
    if (given.length === 0) return madeUp;
    return [...given, ...madeUp].sort((one, other) => other.timeMs - one.timeMs).slice(0, maxCount);
  }
}
