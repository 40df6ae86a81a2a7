import type { SessionCache } from "../../src/index.ts";
import type { VirtualClock } from "../../src/simulator/index.ts";

/**
 * A cache at the other end of a connection: what is asked arrives some time later, in the order in which it was asked,
 * and the result later still.
 */
export class SlowCache implements SessionCache {
  /** What it held, one after the other. */
  readonly held: (string | null)[] = [];
  readonly #clock: VirtualClock;
  readonly #latenciesMs: readonly number[];
  #steps = 0;
  #arrived: Promise<void> = Promise.resolve();
  #id: string | null = null;

  constructor(clock: VirtualClock, latenciesMs: readonly number[]) {
    this.#clock = clock;
    this.#latenciesMs = latenciesMs;
  }

  async get(): Promise<string | null> {
    await this.#arrive();
    const id = this.#id;
    await this.#travel();
    return id;
  }

  async set(id: string): Promise<void> {
    await this.#put(id);
  }

  async clear(): Promise<void> {
    await this.#put(null);
  }

  async #put(id: string | null): Promise<void> {
    await this.#arrive();
    this.#id = id;
    this.held.push(id);
    await this.#travel();
  }

  #arrive(): Promise<void> {
    const travelled = this.#travel();
    return (this.#arrived = this.#arrived.then(() => travelled));
  }

  #travel(): Promise<void> {
    return this.#clock.sleep(this.#latenciesMs[this.#steps++ % this.#latenciesMs.length]!);
  }
}
