import { elapsedMs, type Clock } from "../clock.ts";

/**
 * Measures the time since it was started, with each available clock: the monotonic one may stand still while a laptop
 * sleeps, the wall clock may be set, and fake timers may fake either.
 */
export class Stopwatch {
  readonly #clock: Clock;
  #startElapsed = 0;
  #startWall = 0;
  #sleptMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.restart();
  }

  restart(): void {
    this.#startElapsed = elapsedMs(this.#clock);
    this.#startWall = this.#clock.now();
    this.#sleptMs = 0;
  }

  /** Counts a sleep that has resolved in full. */
  noteSleep(ms: number): void {
    this.#sleptMs += ms;
  }

  /** The time that has passed, as each clock measured it. */
  get witnesses(): readonly number[] {
    return [elapsedMs(this.#clock) - this.#startElapsed, this.#clock.now() - this.#startWall, this.#sleptMs];
  }

  /** A monotonic clock is among them, or the sleeps. */
  get isSteady(): true {
    return true;
  }

  /** The longest of the times that have passed. */
  get ms(): number {
    return Math.max(...this.witnesses);
  }
}
