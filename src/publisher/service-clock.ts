import type { Clock } from "../clock.ts";

/** How long a measured difference is good for: clocks are set, and machines sleep. */
const GOOD_FOR_MS = 3_600_000;

/** The service's time, by this machine's clock and the difference that was last seen between the two. */
export class ServiceClock {
  readonly #clock: Clock;
  #aheadMs = 0;
  #measuredAt = -Infinity;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Asks the service, and notes how far its clock is ahead of ours. */
  async measure(ask: () => Promise<Date>): Promise<Date> {
    const askedAt = this.#clock.now();
    const date = await ask();
    const answeredAt = this.#clock.now();
    this.#aheadMs = date.getTime() - (askedAt + answeredAt) / 2;
    this.#measuredAt = answeredAt;
    return date;
  }

  /**
   * The service's present time; `measure` is called where that was not seen lately. Our own clock may be wrong by hours,
   * and then readings that were stamped by it look right here and lie in the future there.
   */
  async now(measure: () => Promise<unknown>): Promise<number> {
    const age = this.#clock.now() - this.#measuredAt;
    // A negative age is that of a clock that was set back.
    if (!(age >= 0 && age < GOOD_FOR_MS)) await measure();
    return this.#clock.now() + this.#aheadMs;
  }
}
