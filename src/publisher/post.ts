import { PublisherError } from "../sharing/publisher-error.ts";
import type { UploadedReading } from "../wire/egv-upload.ts";

/** Outcome of a posted reading. */
export type PostOutcome = "accepted" | "duplicate";

/** A posted reading, and its outcome. */
export interface PostedReading {
  readonly mgDl: number;
  /** In whole seconds, as it was posted. */
  readonly datetime: Date;
  /** `"accepted"`, or `"duplicate"` if the service already has a reading of this time. */
  readonly outcome: PostOutcome;
  /** With `confirm`: `true` if the service then returned the reading. It returns the last 24 hours at most. */
  readonly isConfirmed?: boolean;
}

/** Requests that a post consists of. */
export interface PostingSteps {
  post(readings: readonly UploadedReading[]): Promise<PostOutcome>;
  start(): Promise<void>;
  replace(): Promise<void>;
  /** Reads the last day, as keys of `keyOf()`. */
  readBack(): Promise<ReadonlySet<string>>;
}

/** A day of readings. No more can be read back. */
const MAX_PER_REQUEST = 288;

/** Returns the key by which a reading is recognized. */
export function keyOf({ time, mgDl }: { readonly time: number; readonly mgDl: number }): string {
  return `${Math.floor(time / 1000)} ${mgDl}`;
}

/**
 * Posts readings so that the service has all of them in the end. This also holds if the connection drops and it is
 * unknown how much of a request the service took.
 */
export class Posting {
  readonly #steps: PostingSteps;
  #mayStart = true;
  #mayReplace: boolean;
  /** Outcomes by the reading's key, also those of an unfinished post before this one. */
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
   * Posts readings until the outcome of each is known. If a request of several gets "duplicate", one of them existed,
   * and the outcome of the others is not on record. Readings that the service does not return are posted again. If it
   * returns no reading of the request, they are posted one by one.
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

  /** Starts the monitoring session if it is not active, once. */
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

  /** Assigns the receiver if the account has no receiver, once, and only if the caller asked for that. */
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
