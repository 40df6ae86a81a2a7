import { READING_INTERVAL_MS } from "../../glucose/cadence.ts";
import { elapsedMs, type Clock } from "../../clock.ts";
import { DexcomError } from "../../errors.ts";
import type { WebSource } from "../source.ts";
import { acceptAll, type Feed, type FeedListener } from "./feed.ts";
import type { Wearer } from "./wearer.ts";

/** Time after which a reading has usually reached the service. */
const UPLOAD_MS = 25_000;
/** Shortest time between two reads. */
const MIN_WAIT_MS = 30_000;

interface PolledFeedOptions {
  readonly clock: Clock;
  readonly listener: FeedListener;
}

/**
 * Reads when a request comes and a new reading is due. For Workers: there, a promise of an earlier request may never
 * settle, so each request waits for its own read only.
 */
export class PolledFeed implements Feed {
  readonly #wearer: Wearer;
  readonly #source: WebSource;
  readonly #clock: Clock;
  readonly #listener: FeedListener;
  #dueAt = -Infinity;
  #isSettled = false;

  constructor(wearer: Wearer, source: WebSource, { clock, listener }: PolledFeedOptions) {
    this.#wearer = wearer;
    this.#source = source;
    this.#clock = clock;
    this.#listener = listener;
  }

  start(): void {
    // Nothing runs between two requests.
  }

  stop(): void {
    // As above.
  }

  async ready(): Promise<void> {
    const now = elapsedMs(this.#clock);
    if (now < this.#dueAt && this.#isSettled) return;
    // Requests that come meanwhile take what there is.
    this.#dueAt = now + MIN_WAIT_MS;
    try {
      const readings = await this.#source.getGlucoseReadings();
      const isFirst = !this.#wearer.hasSucceeded;
      this.#note(undefined);
      this.#listener.onReadings(acceptAll(this.#wearer, readings.toReversed()), isFirst);
      this.#dueAt = elapsedMs(this.#clock) + this.#waitMs();
    } catch (error) {
      this.#note(error);
      const waitMs = error instanceof DexcomError ? (error.retryAfterMs ?? 0) : 0;
      this.#dueAt = elapsedMs(this.#clock) + Math.max(MIN_WAIT_MS, waitMs);
    }
    this.#isSettled = true;
  }

  #waitMs(): number {
    const { ageMs = Infinity } = this.#wearer;
    return Math.max(MIN_WAIT_MS, READING_INTERVAL_MS + UPLOAD_MS - ageMs);
  }

  #note(error: unknown): void {
    this.#wearer.noteCheck({ error });
    this.#listener.onCheck(error);
  }
}
