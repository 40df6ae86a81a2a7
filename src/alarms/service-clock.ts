import { elapsedMs, type Clock } from "../clock.ts";

/** Two times of the service agree if they differ by no more than this. */
const AGREEMENT_MS = 5000;

/**
 * Time by the service's clock. If the own clock were wrong, every reading would look old or dated ahead. Between two
 * responses time passes by elapsed or wall time, whichever is longer. Before the first it is the own clock.
 */
export class ServiceClock {
  readonly #clock: Clock;
  #last: { readonly service: number; readonly wall: number; readonly elapsed: number } | undefined;
  /** Offset of a time that disagreed. The next one confirms it or not. */
  #candidate = NaN;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  now(): number {
    const wall = this.#clock.now();
    if (!this.#last) return wall;
    const { service, wall: lastWall, elapsed } = this.#last;
    return service + Math.max(elapsedMs(this.#clock) - elapsed, wall - lastWall);
  }

  /** Notes the time that a response was dated. */
  note(service: number): void {
    const [wall, elapsed] = [this.#clock.now(), elapsedMs(this.#clock)];
    const offset = service - elapsed;
    const isBelieved =
      !this.#last ||
      Math.abs(service - this.now()) <= AGREEMENT_MS ||
      Math.abs(offset - this.#candidate) <= AGREEMENT_MS;
    this.#candidate = offset;
    if (isBelieved) this.#last = { service, wall, elapsed };
  }
}
