import type { Clock } from "../clock.ts";
import type { AlarmEvent } from "./alarm-event.ts";

/** Delivers one event, such as a push message. If it rejects, it is called again with the same event. */
export type Deliver = (event: AlarmEvent) => unknown;

const FIRST_DELAY_MS = 10_000;
const MAX_DELAY_MS = 60_000;
/** Events that wait. Beyond it the oldest is dropped: its alarm reminds. */
const MAX_WAITING = 100;

/**
 * Delivers events one after another, each until it succeeds. An event that could not be delivered goes to the end, so
 * that it does not block the others. If a newer event of the same rule waits, it is dropped, unless it tells of a missed
 * low.
 */
export class Delivery {
  readonly #deliver: Deliver;
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  readonly #waiting: AlarmEvent[] = [];
  #isRunning = false;

  constructor(deliver: Deliver, { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal }) {
    this.#deliver = deliver;
    this.#clock = clock;
    this.#signal = signal;
  }

  /** An event has not been delivered: an attempt hangs, or the last one failed. */
  get isPending(): boolean {
    return this.#waiting.length > 0;
  }

  add(events: readonly AlarmEvent[]): void {
    this.#waiting.push(...events);
    // The first may be under way.
    if (this.#waiting.length > MAX_WAITING) this.#waiting.splice(1, this.#waiting.length - MAX_WAITING);
    if (!this.#isRunning && this.isPending) void this.#run();
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    let delayMs = FIRST_DELAY_MS;
    while (this.isPending && !this.#signal.aborted) {
      try {
        await this.#deliver(this.#waiting[0]!);
        this.#waiting.shift();
        delayMs = FIRST_DELAY_MS;
      } catch {
        this.#postpone(this.#waiting.shift()!);
        await this.#clock.sleep(delayMs, this.#signal).catch(() => undefined);
        delayMs = Math.min(delayMs * 2, MAX_DELAY_MS);
      }
    }
    this.#isRunning = false;
  }

  #postpone(failed: AlarmEvent): void {
    const isOutdated = "rule" in failed && this.#waiting.some((event) => "rule" in event && event.rule === failed.rule);
    if (!isOutdated || failed.type === "missed") this.#waiting.push(failed);
  }
}
