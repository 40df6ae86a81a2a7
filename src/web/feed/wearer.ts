import { HISTORY_MS, SAME_READING_MS } from "../../glucose/cadence.ts";
import type { Clock } from "../../clock.ts";
import { AccountError } from "../../errors.ts";
import { glucoseDelta } from "../../glucose/glucose.ts";
import type { GlucoseReading } from "../../glucose-reading.ts";
import { ServiceClock } from "../../alarms/service-clock.ts";

/** An older reading is not current. */
const STALE_AFTER_MS = 900_000;

/** Reason why the service can't be read: it refuses the login, or it can't be reached. */
export type Problem = "refused" | "unreachable";

/** Outcome for a reading: it is the newest, it came after a newer one, or it was known. */
export type Arrival = "newest" | "late" | "known";

/** Readings of one wearer and what is known of the service. It waits for nothing and sends nothing. */
export class Wearer {
  readonly name: string;
  readonly #time: ServiceClock;
  /** In order of time. */
  #readings: GlucoseReading[] = [];
  #newest: GlucoseReading | undefined;
  /** Service time at which the newest reading arrived. */
  #arrivedAt = 0;
  #checkedAt: number | undefined;
  /** Service time of the successful check before that. */
  #checkedBefore = -Infinity;
  #problem: Problem | undefined;
  #hasSucceeded = false;

  constructor(name: string, clock: Clock) {
    this.name = name;
    this.#time = new ServiceClock(clock);
  }

  /** Whole milliseconds since the Unix epoch, by the service's clock if it is known. */
  now(): number {
    return Math.round(this.#time.now());
  }

  /** Notes an attempt to read. */
  noteCheck({ date, error }: { readonly date?: Date | undefined; readonly error?: unknown }): void {
    if (date) this.#time.note(date.getTime());
    if (error === undefined) {
      this.#checkedBefore = this.#checkedAt ?? -Infinity;
      this.#checkedAt = this.now();
    }
    this.#hasSucceeded ||= error === undefined;
    if (error === undefined) this.#problem = undefined;
    else this.#problem = error instanceof AccountError ? "refused" : "unreachable";
  }

  /** Takes a reading. Two less than 30 s apart are the same one. */
  accept(reading: GlucoseReading): Arrival {
    const time = reading.datetime.getTime();
    const place = this.#readings.findLastIndex((other) => other.datetime.getTime() <= time) + 1;
    const isSame = (other: GlucoseReading | undefined): boolean =>
      other !== undefined && Math.abs(other.datetime.getTime() - time) < SAME_READING_MS;
    if (isSame(this.#readings[place - 1]) || isSame(this.#readings[place])) return "known";
    this.#readings.splice(place, 0, reading);
    this.#trim();
    if (reading.isAhead && !this.#isArrivalKnown) return "late";
    const newest = this.#newest;
    const isLate =
      reading.late === true || (newest !== undefined && !newest.isAhead && newest.datetime > reading.datetime);
    if (isLate) return "late";
    this.#newest = reading;
    this.#arrivedAt = this.now();
    return "newest";
  }

  /** Readings of the last 24 hours, oldest first. */
  get readings(): readonly GlucoseReading[] {
    return this.#readings;
  }

  /** Reading that arrived last and was not late, however old. */
  get newest(): GlucoseReading | undefined {
    return this.#newest;
  }

  /** Age of the newest reading in milliseconds. One that is dated in the future counts from its arrival. */
  get ageMs(): number | undefined {
    if (this.#newest === undefined) return undefined;
    const from = this.#newest.isAhead ? this.#arrivedAt : this.#newest.datetime.getTime();
    return Math.max(0, this.now() - from);
  }

  /** Returns `true` if there is no reading, or the newest one is older than 15 minutes. */
  get isStale(): boolean {
    return (this.ageMs ?? Infinity) > STALE_AFTER_MS;
  }

  /** Change from the reading before the newest one in mg/dL, if it says something. */
  get delta(): number | undefined {
    return this.#newest && this.deltaOf(this.#newest);
  }

  /** Change from the reading before `reading` in mg/dL. */
  deltaOf(reading: GlucoseReading): number | undefined {
    return glucoseDelta(reading, this.#readings[this.#readings.indexOf(reading) - 1]);
  }

  /** Service time of the last successful check. */
  get checkedAt(): number | undefined {
    return this.#checkedAt;
  }

  get problem(): Problem | undefined {
    return this.#problem;
  }

  /** Returns `true` if a check has ever succeeded. */
  get hasSucceeded(): boolean {
    return this.#hasSucceeded;
  }

  /**
   * Returns `true` if a reading of the last check came not long ago. Of one dated in the future nothing else is known: a
   * history may hold one that was measured hours ago, and it must not be shown as current.
   */
  get #isArrivalKnown(): boolean {
    return this.now() - this.#checkedBefore <= STALE_AFTER_MS;
  }

  #trim(): void {
    const oldest = this.now() - HISTORY_MS;
    const first = this.#readings.findIndex(({ datetime }) => datetime.getTime() >= oldest);
    // A wrong clock of ours may take all of them for old.
    if (first > 0) this.#readings.splice(0, first);
  }
}
