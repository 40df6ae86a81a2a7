import type { Clock } from "../../clock.ts";

/**
 * Holds a clock that moves by itself while the simulator has a request in its hands: what takes no time on a wire must
 * take none on the clock. While the simulator itself sleeps on that clock it lets go.
 */
export class OpenRequest {
  readonly #clock: Clock;
  #release: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#hold();
  }

  /** A wait that was injected; for good if `ms` is Infinity. Rejects with `signal.reason` when the signal aborts. */
  async sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
    this.end();
    await (ms === Infinity ? forGood(signal) : this.#clock.sleep(ms, signal));
    this.#hold();
  }

  /** Call it after the last byte, or if no more bytes will be sent. */
  end(): void {
    this.#release?.();
    this.#release = undefined;
  }

  #hold(): void {
    void this.#clock.hold?.(
      new Promise<void>((resolve) => {
        this.#release = resolve;
      }),
    );
  }
}

function forGood(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_resolve, reject) => {
    const stop = (): void => reject(signal?.reason as Error);
    if (signal?.aborted) stop();
    else signal?.addEventListener("abort", stop, { once: true });
  });
}
