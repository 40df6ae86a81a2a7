import { PublisherError } from "../sharing/publisher-error.ts";
import type { UploadedReading } from "../wire/egv-upload.ts";

/** What became of a request that posted readings. */
export type PostOutcome = "accepted" | "duplicate";

/** What the service said of one reading. */
export interface PostedReading {
  readonly mgDl: number;
  /** In whole seconds, as it was posted. */
  readonly datetime: Date;
  /** What its request was answered: that it was taken, or that the service has a reading of this time already. */
  readonly outcome: PostOutcome;
  /** With `confirm`: whether it was among the readings that the service then gave back; 24 hours are as far as that goes. */
  readonly isConfirmed?: boolean;
}

/** What posting needs of the service. */
export interface PostingSteps {
  post(readings: readonly UploadedReading[]): Promise<PostOutcome>;
  start(): Promise<void>;
  replace(): Promise<void>;
  /** The readings of the last day, as `keyOf` writes them. */
  readBack(): Promise<ReadonlySet<string>>;
}

/** A day of readings, which is the most that can be read back. */
const MAX_PER_REQUEST = 288;

/** By what a reading is known again. */
export function keyOf({ time, mgDl }: { readonly time: number; readonly mgDl: number }): string {
  return `${Math.floor(time / 1000)} ${mgDl}`;
}

/**
 * Posts readings so that all of them are there in the end, whatever was there before: also where the connection
 * dropped and nobody knows how much of a request had been taken.
 */
export class Posting {
  readonly #steps: PostingSteps;
  #mayStart = true;
  #mayReplace: boolean;
  /** What the service has said, by the reading's key; there may be something from a post that was cut short. */
  readonly #settled: Map<string, PostOutcome>;

  constructor(steps: PostingSteps, mayReplace: boolean, settled: Map<string, PostOutcome>) {
    this.#steps = steps;
    this.#mayReplace = mayReplace;
    this.#settled = settled;
  }

  async post(readings: readonly UploadedReading[], confirm: boolean): Promise<PostedReading[]> {
    const open = readings.filter((reading) => !this.#settled.has(keyOf(reading)));
    const oldestFirst = open.sort((one, next) => one.time - next.time);
    for (let start = 0; start < oldestFirst.length; start += MAX_PER_REQUEST) {
      await this.#settle(oldestFirst.slice(start, start + MAX_PER_REQUEST));
    }
    const held = confirm ? await this.#steps.readBack() : undefined;
    return readings.map((reading) => ({
      mgDl: reading.mgDl,
      datetime: new Date(reading.time),
      outcome: this.#settled.get(keyOf(reading))!,
      ...(held && { isConfirmed: held.has(keyOf(reading)) }),
    }));
  }

  /**
   * A request of several that is answered "duplicate" says that one of them was there; what became of the others is not
   * on record. They are posted again, without those that the service shows, and one by one where it shows none.
   */
  async #settle(readings: readonly UploadedReading[]): Promise<void> {
    const outcome = await this.#postStarted(readings);
    if (outcome === "accepted" || readings.length === 1) {
      this.#note(readings, outcome);
      return;
    }
    const held = await this.#steps.readBack();
    const rest = readings.filter((reading) => !held.has(keyOf(reading)));
    this.#note(
      readings.filter((reading) => held.has(keyOf(reading))),
      "duplicate",
    );
    const parts = rest.length < readings.length ? [rest] : rest.map((reading) => [reading]);
    for (const part of parts) if (part.length > 0) await this.#settle(part);
  }

  #note(readings: readonly UploadedReading[], outcome: PostOutcome): void {
    for (const reading of readings) this.#settled.set(keyOf(reading), outcome);
  }

  /** Starts the monitoring session where it is not active, once. */
  async #postStarted(readings: readonly UploadedReading[]): Promise<PostOutcome> {
    const post = (): Promise<PostOutcome> => this.#withReceiver(() => this.#steps.post(readings));
    try {
      return await post();
    } catch (error) {
      if (!hasCode(error, "MONITORING_NOT_ACTIVE") || !this.#mayStart) throw error;
      this.#mayStart = false;
      await this.#withReceiver(() => this.#steps.start());
      return post();
    }
  }

  /** Assigns the receiver where none is assigned, once and only if the caller asked for that. */
  async #withReceiver<T>(step: () => Promise<T>): Promise<T> {
    try {
      return await step();
    } catch (error) {
      if (!hasCode(error, "RECEIVER_NOT_ASSIGNED") || !this.#mayReplace) throw error;
      this.#mayReplace = false;
      await this.#steps.replace();
      return step();
    }
  }
}

function hasCode(error: unknown, code: PublisherError["code"]): boolean {
  return error instanceof PublisherError && error.code === code;
}
