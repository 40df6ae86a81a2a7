import { elapsedMs, type Clock } from "../clock.ts";
import { replayError, type DexcomError } from "../errors.ts";
import { remainingMs, type CallLimit } from "./deadline.ts";
import { MAX_RETRY_AFTER_MS } from "./retry.ts";

/** Period without requests. Its end is an elapsed time, so setting the wall clock back does not lengthen it. */
interface Window extends Pick<CallLimit, "endsAtElapsedMs"> {
  readonly failure: DexcomError;
  /** `true` if a call has ended because of it; else one is waiting for its end. */
  readonly endsCalls: boolean;
}

/** Time during which the service wants no request. */
export class RetryAfterWindow {
  readonly #clock: Clock;
  #window: Window | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Notes when the service wants the next request, if the failure says so. */
  noteRetryAfter(failure: DexcomError, endsCalls: boolean): void {
    if (failure.retryAfterMs === undefined) return;
    const endsAtElapsedMs = elapsedMs(this.#clock) + Math.min(failure.retryAfterMs, MAX_RETRY_AFTER_MS);
    if (this.#window && this.#window.endsAtElapsedMs > endsAtElapsedMs) return;
    this.#window = { endsAtElapsedMs, failure, endsCalls };
  }

  /** `true` if a request may be sent at once. */
  get isOpen(): boolean {
    return !this.#window || remainingMs(this.#clock, this.#window) <= 0;
  }

  /**
   * Resolves when a request may be sent. Waits if another call is waiting too.
   *
   * @throws {DexcomError} The same failure, if a call has ended because of it or the limit comes first.
   */
  async waitUntilOpen(limit: CallLimit, attempts: number): Promise<void> {
    while (!this.isOpen) {
      const window = this.#window!;
      const leftMs = remainingMs(this.#clock, window);
      if (window.endsCalls || leftMs >= remainingMs(this.#clock, limit))
        throw replayError(window.failure, { attempts, retryAfterMs: Math.round(leftMs) });
      await this.#clock.sleep(leftMs, limit.signal);
    }
  }
}
