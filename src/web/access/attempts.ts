import { elapsedMs, type Clock } from "../../clock.ts";

/** Wrong tokens that an address may send before it has to wait. */
const MAX_WRONG = 10;
/** Time after which wrong tokens are forgotten. */
const FORGET_MS = 600_000;
/** Addresses that are remembered. Beyond them the oldest one is forgotten. */
const MAX_ADDRESSES = 10_000;

interface Count {
  wrong: number;
  readonly since: number;
}

/** Counts the wrong tokens of each address. */
export class Attempts {
  readonly #clock: Clock;
  readonly #counts = new Map<string, Count>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Returns the seconds that an address has to wait; 0 if it may try. */
  waitSeconds(address: string | undefined): number {
    const count = this.#find(address);
    if (count === undefined || count.wrong < MAX_WRONG) return 0;
    return Math.ceil((count.since + FORGET_MS - elapsedMs(this.#clock)) / 1000);
  }

  /** Notes a wrong token. Without an address nothing is counted: one stranger could lock everybody out. */
  noteWrong(address: string | undefined): void {
    if (address === undefined) return;
    const count = this.#find(address) ?? { wrong: 0, since: elapsedMs(this.#clock) };
    count.wrong++;
    this.#counts.set(address, count);
    if (this.#counts.size > MAX_ADDRESSES) this.#counts.delete(this.#counts.keys().next().value!);
  }

  #find(address: string | undefined): Count | undefined {
    const count = address === undefined ? undefined : this.#counts.get(address);
    if (count === undefined || elapsedMs(this.#clock) - count.since < FORGET_MS) return count;
    this.#counts.delete(address!);
    return undefined;
  }
}
