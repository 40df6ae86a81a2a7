import { elapsedMs, schedule, type Clock } from "../../clock.ts";
import { DexcomError } from "../../errors.ts";
import type { GlucoseReading } from "../../glucose-reading.ts";
import type { WatchCheck } from "../../watch/watch-check.ts";
import type { WebSource } from "../source.ts";
import { acceptAll, type Feed, type FeedListener } from "./feed.ts";
import type { Wearer } from "./wearer.ts";

/** Longest wait of a request for the first check. */
const READY_LIMIT_MS = 10_000;
/** Time before `watch()` is called again after it has ended by an error. */
const RESTART_MS = 60_000;

interface LiveFeedOptions {
  readonly clock: Clock;
  readonly listener: FeedListener;
}

/** Follows one wearer with one `watch()`, for all viewers. */
export class LiveFeed implements Feed {
  readonly #wearer: Wearer;
  readonly #source: WebSource;
  readonly #clock: Clock;
  readonly #listener: FeedListener;
  readonly #waiting = new Set<() => void>();
  #stop: AbortController | undefined;
  #restartAt = -Infinity;
  /** Readings of the last check that have not come yet. */
  #missing = 0;
  #batch: GlucoseReading[] = [];
  #isFilled = false;
  #isReady = false;

  constructor(wearer: Wearer, source: WebSource, { clock, listener }: LiveFeedOptions) {
    this.#wearer = wearer;
    this.#source = source;
    this.#clock = clock;
    this.#listener = listener;
  }

  start(): void {
    if (this.#stop || elapsedMs(this.#clock) < this.#restartAt) return;
    this.#stop = new AbortController();
    this.#batch = [];
    void this.#follow(this.#stop);
  }

  stop(): void {
    this.#stop?.abort();
    this.#stop = undefined;
    this.#setReady();
    this.#isReady = false;
  }

  ready(): Promise<void> {
    if (this.#isReady || !this.#stop) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        cancel();
        this.#waiting.delete(done);
        resolve();
      };
      const cancel = schedule(this.#clock, READY_LIMIT_MS, done);
      this.#waiting.add(done);
    });
  }

  async #follow(stop: AbortController): Promise<void> {
    const { signal } = stop;
    try {
      // From the beginning, so that a reading that is late is not left out. The wearer knows which ones are new.
      const readings = this.#source.watch({
        since: new Date(0),
        signal,
        onCheck: (check) => {
          if (!signal.aborted) this.#noteCheck(check);
        },
      });
      for await (const reading of readings) {
        if (signal.aborted) return;
        this.#batch.push(reading);
        if (--this.#missing <= 0) this.#deliver();
      }
      if (!signal.aborted) this.#end(undefined);
    } catch (error) {
      if (!signal.aborted) this.#end(error);
    }
  }

  #noteCheck({ date, error, newReadings = 1 }: WatchCheck): void {
    // A source that leaves out readings, such as an archive that has them, never completes the last batch.
    if (this.#batch.length > 0) this.#deliver();
    this.#missing = newReadings;
    this.#fail(date, error);
    if (error === undefined && newReadings === 0) this.#deliver();
  }

  #fail(date: Date | undefined, error: unknown): void {
    this.#wearer.noteCheck({ date, error });
    this.#listener.onCheck(error);
    if (error !== undefined) this.#setReady();
  }

  #deliver(): void {
    const isFirst = !this.#isFilled;
    this.#isFilled = true;
    this.#listener.onReadings(acceptAll(this.#wearer, this.#batch.splice(0)), isFirst);
    this.#setReady();
  }

  #end(error: unknown): void {
    this.#stop = undefined;
    const waitMs = error instanceof DexcomError ? error.retryAfterMs : undefined;
    this.#restartAt = elapsedMs(this.#clock) + Math.max(RESTART_MS, waitMs ?? 0);
    // `watch()` has told a refusal already; a source of another kind may throw anything.
    if (error !== undefined && this.#wearer.problem === undefined) this.#fail(undefined, error);
    this.#setReady();
  }

  #setReady(): void {
    this.#isReady = true;
    for (const done of [...this.#waiting]) done();
  }
}
