import { elapsedMs, type Clock } from "../../clock.ts";

/** Time for which wrong credentials count. */
const WINDOW_MS = 600_000;
/** Wrong credentials within the window that get 401. Further ones get 429. */
const MAX_WRONG = 10;
/** Addresses to remember. The one that was added first is forgotten. */
const MAX_ADDRESSES = 1000;

interface Record {
  readonly startedAt: number;
  count: number;
  readonly guesses: Set<string>;
}

/**
 * Counts wrong credentials by address. A device that shows the same old secret again and again does not guess, so it
 * does not lock the others of its household out.
 */
export class WrongSecrets {
  readonly #clock: Clock;
  readonly #records = new Map<string, Record>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Milliseconds for which an address that guesses gets no response, not even to the right secret; else 0. */
  blockedMs(address: string | undefined): number {
    const record = this.#find(address);
    return record && record.guesses.size >= MAX_WRONG ? this.#leftMs(record) : 0;
  }

  /** Notes wrong credentials. Returns the milliseconds to wait before the next attempt; 0 if it may follow at once. */
  note(address: string | undefined, guesses: readonly string[]): number {
    if (address === undefined) return 0;
    const record = this.#find(address) ?? this.#add(address);
    const isBlocked = record.guesses.size >= MAX_WRONG;
    record.count++;
    if (!isBlocked) for (const guess of guesses) record.guesses.add(guess);
    return isBlocked || record.count > MAX_WRONG ? this.#leftMs(record) : 0;
  }

  #leftMs({ startedAt }: Record): number {
    return startedAt + WINDOW_MS - elapsedMs(this.#clock);
  }

  #find(address: string | undefined): Record | undefined {
    const record = address === undefined ? undefined : this.#records.get(address);
    return record && this.#leftMs(record) > 0 ? record : undefined;
  }

  #add(address: string): Record {
    // Deleted first, so that the address becomes the newest.
    this.#records.delete(address);
    const record = { startedAt: elapsedMs(this.#clock), count: 0, guesses: new Set<string>() };
    this.#records.set(address, record);
    const [oldest] = this.#records.keys();
    if (this.#records.size > MAX_ADDRESSES) this.#records.delete(oldest!);
    return record;
  }
}
