import { elapsedMs, type Clock } from "../clock.ts";

/** Lifetime of a measurement. Clocks drift. */
const MAX_AGE_MS = 3_600_000;

/**
 * Largest difference between elapsed and wall time since the measurement. If it is larger, the wall clock was set or
 * the machine was asleep, and a monotonic clock may have stood still meanwhile.
 */
const MAX_DISAGREEMENT_MS = 5000;

/**
 * Time by the service's clock, measured by asking the service. Our own clock may be wrong by hours, and readings that
 * it dated would be in the future there. `watch()` and alarms estimate the time from responses that they get anyway; a
 * post asks, because its readings may be the first requests of a day.
 */
export class ServiceClock {
  readonly #clock: Clock;
  #measured: { readonly serviceMs: number; readonly elapsed: number; readonly wall: number } | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Asks the service for its time, and notes it. */
  async measure(ask: () => Promise<Date>): Promise<Date> {
    const askedAt = elapsedMs(this.#clock);
    const date = await ask();
    const elapsed = elapsedMs(this.#clock);
    // The service told its time halfway between request and response.
    const serviceMs = date.getTime() + (elapsed - askedAt) / 2;
    this.#measured = { serviceMs, elapsed, wall: this.#clock.now() };
    return date;
  }

  /**
   * Returns the service's time. Calls `measure` first if the last measurement is too old or our clocks disagree since.
   */
  async now(measure: () => Promise<unknown>): Promise<number> {
    if (!this.#isFresh()) await measure();
    const { serviceMs, elapsed } = this.#measured!;
    return serviceMs + elapsedMs(this.#clock) - elapsed;
  }

  #isFresh(): boolean {
    if (this.#measured === undefined) return false;
    const passedMs = elapsedMs(this.#clock) - this.#measured.elapsed;
    const wallPassedMs = this.#clock.now() - this.#measured.wall;
    // An elapsed time below zero is that of a clock without `elapsed()` that was set back.
    return passedMs >= 0 && passedMs < MAX_AGE_MS && Math.abs(wallPassedMs - passedMs) <= MAX_DISAGREEMENT_MS;
  }
}
