import type { Series } from "./series.ts";

/** What ended an episode: readings back in range, more than 45 minutes without one, or the end of the data. */
export type EpisodeEnd = "recovery" | "gap" | "end";

/** Readings from `first` to `last` of a series that make one episode. */
export interface Run {
  readonly first: number;
  readonly last: number;
  readonly endedBy: EpisodeEnd;
}

/** Rules of one kind of episode. */
export interface EpisodeRules {
  /** Whether a value belongs to the episode. Any other counts towards the recovery. */
  readonly isBeyond: (value: number) => boolean;
  /** Readings that begin an episode, counted by `isTrigger` over the last `windowReadings`. */
  readonly minReadings: number;
  readonly windowReadings: number;
  /** @default `isBeyond` */
  readonly isTrigger?: ((value: number) => boolean) | undefined;
  /** Readings back in range that end it. */
  readonly recoveryReadings: number;
}

/** Follows one kind of episode through a series. */
export class EpisodeTracker {
  readonly runs: Run[] = [];
  readonly #rules: EpisodeRules;
  readonly #isTrigger: (value: number) => boolean;
  /** Places of the triggers in the window, while no episode is going on. */
  #triggers: number[] = [];
  #first = -1;
  #last = -1;
  #back = 0;

  constructor(rules: EpisodeRules) {
    this.#rules = rules;
    this.#isTrigger = rules.isTrigger ?? rules.isBeyond;
  }

  /** `false` if readings in range change nothing here. */
  get isBusy(): boolean {
    return this.#first >= 0 || this.#triggers.length > 0;
  }

  step({ values }: Series, i: number): void {
    const value = values[i]!;
    if (this.#first < 0) this.#wait(value, i);
    else if (this.#rules.isBeyond(value)) [this.#last, this.#back] = [i, 0];
    else if (++this.#back >= this.#rules.recoveryReadings) this.close("recovery");
  }

  /** Ends what is going on. */
  close(endedBy: EpisodeEnd): void {
    if (this.#first >= 0) this.runs.push({ first: this.#first, last: this.#last, endedBy });
    this.#triggers = [];
    this.#first = -1;
    this.#back = 0;
  }

  #wait(value: number, i: number): void {
    const { minReadings, windowReadings } = this.#rules;
    const triggers = this.#triggers;
    if (this.#isTrigger(value)) triggers.push(i);
    while (triggers.length > 0 && triggers[0]! <= i - windowReadings) triggers.shift();
    if (triggers.length < minReadings) return;
    [this.#first, this.#last] = [triggers[0]!, i];
  }
}
